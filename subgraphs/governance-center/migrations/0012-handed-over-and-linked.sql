-- Cases are handed over, and linked to one another.
create table base.case_link (
  case_id uuid not null references base.case_file,
  linked_id uuid not null references base.case_file,
  -- There is a row in either direction.
  primary key (case_id, linked_id),
  check (case_id <> linked_id)
);
create trigger append_only before update or delete on base.case_link
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.case_link execute function base.refuse_change();

alter table base.case_amendment
  -- who is to handle the case
  add column officer text,
  -- to which case it was linked
  add column linked_id uuid references base.case_file;

create view exposed.case_link as select case_id, linked_id from base.case_link;
create or replace view exposed.case_amendment as
  select case_amendment_id, case_id, kind, made_by, agency, made_at, before, after, reason, task_id, officer, linked_id
  from base.case_amendment;
create view work.case_link as select case_id, linked_id from base.case_link;
create or replace view work.case_amendment as
  select case_id, kind, made_by, agency, made_at, before, after, reason, child_id, task_id, officer, linked_id
  from base.case_amendment;
