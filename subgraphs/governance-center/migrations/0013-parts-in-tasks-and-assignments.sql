-- Officers take part in tasks and in assignments of lead agencies, too, confirmed one by one like parts in cases
-- (未成年人网络保护条例 art. 36).
alter table base.participation
  add column task_id uuid references base.task,
  add column assignment_id uuid references base.protection_assignment,
  drop constraint participation_check,
  -- one of them
  add constraint part_in_one_thing check (num_nonnulls(case_id, meeting_id, task_id, assignment_id) = 1);
create unique index one_part_in_a_task on base.participation (task_id, agency, officer) where withdrawn_at is null;
create unique index one_part_in_an_assignment on base.participation (assignment_id, agency, officer)
  where withdrawn_at is null;
create index on base.participation (task_id) where task_id is not null;
create index on base.participation (assignment_id) where assignment_id is not null;

create or replace view exposed.participation as
  select participation_id, case_id, meeting_id, officer, agency, confirmed_by, confirmed_at, withdrawn_by, withdrawn_at,
    task_id, assignment_id
  from base.participation;
create or replace view work.participation as
  select participation_id, case_id, meeting_id, officer, agency, confirmed_by, confirmed_at, withdrawn_by, withdrawn_at,
    task_id, assignment_id
  from base.participation;

-- Whom a task is about: of the case's children those who are named, and no others (个人信息保护法 art. 6).
create table base.task_child (
  task_id uuid not null references base.task,
  child_id text not null references base.child,
  primary key (task_id, child_id)
);
create trigger append_only before update or delete on base.task_child
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.task_child execute function base.refuse_change();
-- Tasks that exist are about all children of their cases.
insert into base.task_child
  select task_id, child_id from base.task join base.case_child using (case_id) where removed_at is null;

-- Nothing that a task opens covers a child that was taken off its case.
create view exposed.task_child as
  select task_id, child_id from base.task_child
  where exists (
    select from base.task join base.case_child using (case_id)
    where task.task_id = task_child.task_id and case_child.child_id = task_child.child_id and removed_at is null
  );
create view work.task_child as select task_id, child_id from base.task_child;

-- The list of parts, with these.
create or replace view base.part as
  select participation_id, case_id, meeting_id, officer, agency, since, pending,
    coalesce(case_file.region, joint_meeting.region, task.region, child.region) as region,
    lower(replace(part.agency, '_', '-')) as party, reference_id, task_id, assignment_id
  from (
    select participation_id, case_id, meeting_id, task_id, assignment_id, officer, agency, confirmed_at as since,
      false as pending, case_id as reference_id
    from base.participation where case_id is not null
    union all
    select participation_id, case_id, meeting_id, task_id, assignment_id, officer, agency, confirmed_at, false, meeting_id
    from base.participation where meeting_id is not null
    union all
    select participation_id, case_id, meeting_id, task_id, assignment_id, officer, agency, confirmed_at, false, task_id
    from base.participation where task_id is not null
    union all
    select participation_id, case_id, meeting_id, task_id, assignment_id, officer, agency, confirmed_at, false,
      assignment_id
    from base.participation where assignment_id is not null
    union all
    select md5(concat_ws(' ', meeting_id, agency, officer))::uuid, null, meeting_id, null, null, officer, agency,
      invited_at, true, meeting_id
    from base.meeting_attendee as asked
    where released_at is null and not exists (
      select from base.participation as confirmed
      where (confirmed.meeting_id, confirmed.agency, confirmed.officer) = (asked.meeting_id, asked.agency, asked.officer)
        and withdrawn_at is null
    )
  ) as part
  left join (select case_id, region from base.case_file) as case_file using (case_id)
  left join (select meeting_id, region from base.joint_meeting) as joint_meeting using (meeting_id)
  left join (select task_id, region from base.task) as task using (task_id)
  left join (select assignment_id, child_id from base.protection_assignment) as assignment using (assignment_id)
  left join base.child using (child_id);

alter table base.part_item add column task_id uuid, add column assignment_id uuid;
create index on base.part_item (party, since, participation_id) include (region) where task_id is not null;
create index on base.part_item (party, since, participation_id) include (region) where assignment_id is not null;

-- Of these cases, meetings, tasks and assignments.
create or replace function base.renew_parts(renewed uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  with part as materialized (
    select participation_id, case_id, meeting_id, officer, agency, since, pending, region, party, reference_id, task_id,
      assignment_id
    from base.part where reference_id in (select unnest(renewed))
  ),
  gone as (
    delete from base.part_item
      where reference_id in (select unnest(renewed))
        and not exists (select from part where part.participation_id = part_item.participation_id)
  )
  insert into base.part_item as present select * from part
    on conflict (participation_id) do update
      set (since, region) = (excluded.since, excluded.region)
      where (present.since, present.region) is distinct from (excluded.since, excluded.region);
end
$$;

create or replace function base.keep_parts() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform base.renew_parts(array(
    select distinct coalesce(row ->> 'case_id', row ->> 'meeting_id', row ->> 'task_id', row ->> 'assignment_id')::uuid
    from (select to_jsonb(changed) as row from changed) as one));
  return null;
end
$$;

create function base.move_parts_of_task() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform base.renew_parts(array[new.task_id]);
  return null;
end
$$;
create trigger parts_moved after update of region on base.task
  for each row when (old.region is distinct from new.region) execute function base.move_parts_of_task();
create function base.move_parts_of_child() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform base.renew_parts(array(
    select assignment_id from base.protection_assignment where child_id = new.child_id));
  return null;
end
$$;
-- Whichever column was named in the update.
create trigger parts_moved after update on base.child
  for each row when (old.region is distinct from new.region) execute function base.move_parts_of_child();

create or replace view exposed.participation_item as
  select item.participation_id, item.case_id, item.meeting_id, item.officer, item.agency, participation.confirmed_by,
    participation.confirmed_at, participation.withdrawn_by, participation.withdrawn_at, item.since,
    -- Of an assignment, nothing that tells its category.
    coalesce(case_file.title, joint_meeting.title, task.title, '包保帮扶 ' || left(item.assignment_id::text, 8)) as title,
    item.region, array[item.party] as agencies, item.party, item.pending, item.reference_id, item.task_id,
    item.assignment_id
  from base.part_item as item
  left join base.participation using (participation_id)
  left join base.case_file on case_file.case_id = item.case_id
  left join base.joint_meeting on joint_meeting.meeting_id = item.meeting_id
  left join base.task on task.task_id = item.task_id;
