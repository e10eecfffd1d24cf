-- Who came need not be known: of a child whose place nobody knows as little as of one whose place is protected.
alter table base.risk_visit alter column visited_by drop not null;
alter table base.protection_visit alter column visited_by drop not null;
