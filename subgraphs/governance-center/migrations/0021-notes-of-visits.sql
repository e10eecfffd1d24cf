-- A note is read for the purpose that it was written for, and for wider ones (未成年人保护法 art. 4, 43). Nobody knows it of older
-- visits: they count as written for none that is narrow.
alter table base.risk_visit add column written_for text not null default 'UNKNOWN';
alter table base.risk_visit alter column written_for drop default;
alter table base.protection_visit add column written_for text not null default 'UNKNOWN';
alter table base.protection_visit alter column written_for drop default;

create or replace view exposed.risk_visit as
  select visit_id, assessment_key, visited_at, visited_by, note, written_for from base.risk_visit;
create or replace view exposed.protection_visit with (security_barrier) as
  select visit_id, assignment_id, party, helps, visited_at, visited_by, agency, note, written_for
  from base.protection_visit
  where assignment_id in (select assignment_id from exposed.protection_assignment);
create or replace view work.risk_visit as
  select visit_id, assessment_key, visited_at, visited_by, note, written_for from base.risk_visit;
create or replace view work.protection_visit with (security_barrier) as
  select visit_id, assignment_id, party, helps, visited_at, visited_by, agency, note, written_for
  from base.protection_visit
  where assignment_id in (select assignment_id from work.protection_assignment)
  with check option;
