-- The figures of a quarter stand as they were when it was first reported (docs/decisions/0051): what is entered, moved or
-- sealed afterwards would otherwise change what was published, and the change would tell of whom.
create table base.reported_quarter (
  -- `2026Q3`
  quarter text primary key,
  reported_at timestamptz not null,
  -- that reports of it name
  channels text[] not null
);
-- How many of one value there were at one place; a place at which there could have been some, and were none, has a row as well.
create table base.reported_count (
  quarter text not null references base.reported_quarter,
  -- LEVEL, CATEGORY, STEP, CHANNEL, PUNCTUALITY
  figure text not null,
  -- a town, or a larger region where something is registered at none of its towns
  place text not null,
  -- null for the place itself
  value text,
  count integer not null,
  unique nulls not distinct (quarter, figure, place, value)
);
create index on base.reported_count (quarter, place text_pattern_ops);

create trigger append_only before update or delete on base.reported_quarter
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.reported_quarter execute function base.refuse_change();
create trigger append_only before update or delete on base.reported_count
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.reported_count execute function base.refuse_change();

create view exposed.reported_quarter as select quarter, reported_at, channels from base.reported_quarter;
create view exposed.reported_count as select quarter, figure, place, value, count from base.reported_count;
create view work.reported_quarter as select quarter, reported_at, channels from base.reported_quarter;
create view work.reported_count as select quarter, figure, place, value, count from base.reported_count;

-- What the figures are worked out from.
create index on base.child (region) where length(region) < 9;
create index on base.case_file (region) where length(region) < 9;
create index on base.clue (region) where length(region) < 9;
create index on base.risk_assessment (child_id, assessed_at desc, assessment_id desc) include (level);
drop index base.risk_assessment_child_id_idx;
create index on base.case_file (closed_at);
create index on base.case_step (taken_at) include (case_id, due_at) where due_at is not null;
