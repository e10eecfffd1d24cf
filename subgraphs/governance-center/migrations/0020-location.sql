-- Whose place is protected (未成年人保护法 art. 103; 反家庭暴力法 art. 5, 29): one bit, which comes with the roster, without its ground. The
-- centre then keeps the county alone, as of a child whose place nobody knows; the exact region comes back with the roster.
alter table base.child add column location_protected boolean not null default false;
create or replace view exposed.child as select child_id, region, location_protected from base.child;

create function base.keep_county() returns trigger language plpgsql as $$
begin
  new.region := left(new.region, 6);
  return new;
end
$$;
create trigger county before insert or update on base.child
  for each row when (new.location_protected) execute function base.keep_county();
-- Whichever column was named in the update.
drop trigger moved on base.child;
create trigger moved after update on base.child
  for each row when (old.region is distinct from new.region) execute function base.move_due_items();

-- A case or clue about the child lies in the county, too, and with it what is due, its tasks, its participants and its notices. Of several
-- children of a case, one is enough.
create function base.is_protected(asked text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from base.child where child_id = asked and location_protected)
$$;
create function base.is_protected_case(id uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from base.case_child join base.child using (child_id)
    where case_id = id and removed_at is null and location_protected)
$$;
create trigger county before update of region on base.case_file
  for each row when (length(new.region) > 6 and base.is_protected_case(new.case_id)) execute function base.keep_county();
create trigger county before insert or update of region, child_id on base.clue
  for each row when (length(new.region) > 6 and base.is_protected(new.child_id)) execute function base.keep_county();

create function base.move_to_county() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not base.is_protected(new.child_id) then
    return null;
  end if;
  update base.case_file set region = left(region, 6)
    where length(region) > 6
      and case_id in (select case_id from base.case_child where child_id = new.child_id and removed_at is null);
  update base.clue set region = left(region, 6) where length(region) > 6 and child_id = new.child_id;
  -- What an app of a town or village has not been told yet, it is not told.
  update base.delivery set given_up_at = now()
    from base.notice, base.endpoint
    where delivered_at is null and given_up_at is null
      and notice.notice_id = delivery.notice_id and endpoint.name = delivery.endpoint and length(endpoint.region) > 6
      and notice.subject_id in (
        select case_id::text from base.case_child where child_id = new.child_id and removed_at is null
        union all select task_id::text from base.task join base.case_child using (case_id)
          where child_id = new.child_id and removed_at is null
        union all select clue_id::text from base.clue where child_id = new.child_id
        union all select item_id::text from base.due_item where child_id = new.child_id);
  return null;
end
$$;
create trigger to_county after insert on base.case_child
  for each row execute function base.move_to_county();
create trigger to_county after update on base.child
  for each row when (new.location_protected and not old.location_protected) execute function base.move_to_county();
