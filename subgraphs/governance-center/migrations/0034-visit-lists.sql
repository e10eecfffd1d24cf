-- Whom officers with a duty of visits visit (走访): their own visits stay on their list for some days, to be written up.
create table base.made_visit (
  visit_id uuid primary key,
  -- as the identity provider names them
  officer text not null,
  agency text not null,
  child_id text not null references base.child,
  visited_at timestamptz not null
);
create index on base.made_visit (officer, visited_at);
create trigger append_only before update on base.made_visit
  for each row execute function base.refuse_change();
create trigger not_deleted before delete on base.made_visit
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.made_visit execute function base.refuse_change();
create view exposed.made_visit as
  select visit_id, officer, agency, child_id, visited_at from base.made_visit;
create view work.made_visit as
  select visit_id, officer, agency, child_id, visited_at from base.made_visit;

-- Assignments without a day for the next visit, which are few: the others are found as due items.
create index on base.protection_assignment (child_id) where ended_on is null and next_visit_due is null;
