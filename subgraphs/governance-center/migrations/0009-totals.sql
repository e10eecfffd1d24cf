-- Totals over the whole history. An index on regions alone has one entry for each region with all of its rows, and takes a
-- tenth of the pages of an index in a list's order (docs/operations/performance.md, "Lists").
create index on base.task (done, region text_pattern_ops);
create index on base.clue (region text_pattern_ops);
create index on base.clue (region text_pattern_ops) where feedback_at is not null;
