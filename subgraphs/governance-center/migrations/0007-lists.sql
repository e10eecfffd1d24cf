-- Lists whose pages and totals take the same time however much history there is (docs/operations/performance.md, "Lists").

-- What is due, in a table of its own: one index gives the order of the board, and what is settled or sealed is never read.
-- The view `base.due` says what is due; triggers keep the table as the view has it.
create view base.due as
  select due.*, lower(replace(agency, '_', '-')) as assignee
  from (
    select case_id as item_id, 'STEP' as kind, 'GOVERNANCE_CENTER' as agency, region, due_at,
      case_id, null::uuid as task_id, null::uuid as clue_id, null::text as child_id
    from base.case_file where closed_at is null and due_at is not null
    union all
    select task_id, 'TASK', task.agency, case_file.region, task.due_at, case_id, task_id, null, null
    from base.task join base.case_file using (case_id) where done_at is null
    union all
    select clue_id, 'FEEDBACK', 'GOVERNANCE_CENTER', region, feedback_due, null, null, clue_id, null
    from base.clue where feedback_at is null and feedback_due is not null
    union all
    -- A day ends at midnight in China.
    select assessment_key, 'VISIT', 'GOVERNANCE_CENTER', region,
      (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai', null, null, null, child_id
    from base.risk_assessment join base.child using (child_id) where in_force and next_visit_due is not null
    union all
    select assignment_id, 'PROTECTION_VISIT', lead_agency, region,
      (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai', null, null, null, child_id
    from exposed.protection_assignment join base.child using (child_id)
    where ended_on is null and next_visit_due is not null
    union all
    select deadline_id, kind, agency, region,
      (due_on + 1)::timestamp at time zone 'Asia/Shanghai', null, null, null, child_id
    from base.tracked_deadline join base.child using (child_id) where settled_at is null
    union all
    -- Without the child, whom nobody need know to see that a review is late.
    select use_id, 'EMERGENCY_REVIEW', 'GOVERNANCE_CENTER', region, review_due, null, null, null, null
    from base.emergency_use where reviewed_at is null
  ) as due;

create table base.due_item (
  item_id uuid primary key,
  kind text not null,
  agency text not null,
  region text not null,
  due_at timestamptz not null,
  case_id uuid,
  task_id uuid,
  clue_id uuid,
  child_id text,
  -- the agency, as rules name it
  assignee text not null,
  -- whether there is a notice that it is overdue
  announced boolean not null
);
create index on base.notice (subject_id, due_at) where due_at is not null;

insert into base.due_item
  select due.*, exists (
    select from base.notice where notice.subject_id = due.item_id::text and notice.due_at = due.due_at)
  from base.due;

create index on base.due_item (due_at, item_id) include (region, kind, assignee);
create index on base.due_item (kind, due_at, item_id) include (region, assignee);
create index on base.due_item (assignee, kind, due_at, item_id) include (region);
create index on base.due_item (assignee, due_at, item_id) include (region, kind);
create index on base.due_item (region text_pattern_ops, due_at, item_id) include (kind, assignee);
create index on base.due_item (due_at, item_id) where not announced;
create index on base.due_item (child_id) where child_id is not null;
create index on base.due_item (case_id) where case_id is not null;

-- The children are locked against moving, so that an item and a move at the same time do not miss each other.
create function base.renew_due_items(ids uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from base.child
    where child_id in (select child_id from base.due where item_id in (select unnest(ids)))
    for share;
  with due as materialized (
    select due.*, exists (
      select from base.notice where notice.subject_id = due.item_id::text and notice.due_at = due.due_at) as announced
    from base.due where item_id in (select unnest(ids))
  ),
  settled as (
    delete from base.due_item
      where item_id in (select unnest(ids)) and not exists (select from due where due.item_id = due_item.item_id)
  )
  insert into base.due_item as present select * from due
    on conflict (item_id) do update
      set (agency, region, due_at, assignee, announced) =
        (excluded.agency, excluded.region, excluded.due_at, excluded.assignee, excluded.announced)
      where (present.agency, present.region, present.due_at) is distinct from
        (excluded.agency, excluded.region, excluded.due_at);
end
$$;
revoke all on function base.renew_due_items(uuid[]) from public;

-- Once for each statement, so that filling a table costs no more than its rows. The argument names the table's key.
create function base.keep_due_items() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  ids uuid[];
begin
  execute format('select array_agg(%I) from changed', tg_argv[0]) into ids;
  perform base.renew_due_items(ids);
  return null;
end
$$;

do $$
declare
  source record;
begin
  for source in
    select * from (values ('case_file', 'case_id'), ('task', 'task_id'), ('clue', 'clue_id'),
      ('risk_assessment', 'assessment_key'), ('protection_assignment', 'assignment_id'),
      ('tracked_deadline', 'deadline_id'), ('emergency_use', 'use_id')) as source (name, key)
  loop
    execute format('create trigger due_on_insert after insert on base.%I referencing new table as changed
      for each statement execute function base.keep_due_items(%L)', source.name, source.key);
    execute format('create trigger due_on_update after update on base.%I referencing new table as changed
      for each statement execute function base.keep_due_items(%L)', source.name, source.key);
    execute format('create trigger due_on_delete after delete on base.%I referencing old table as changed
      for each statement execute function base.keep_due_items(%L)', source.name, source.key);
  end loop;
end
$$;

-- What is due about a child, in a case or by a task lies where the child or case does.
create function base.move_due_items() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_table_name = 'child' then
    perform base.renew_due_items(array(select item_id from base.due_item where child_id = new.child_id));
  else
    perform base.renew_due_items(array(select item_id from base.due_item where case_id = new.case_id));
  end if;
  return null;
end
$$;
create trigger moved after update of region on base.child
  for each row when (old.region is distinct from new.region) execute function base.move_due_items();
create trigger moved after update of region on base.case_file
  for each row when (old.region is distinct from new.region) execute function base.move_due_items();

-- An item is announced once its notice is written.
create function base.mark_announced() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update base.due_item set announced = true where item_id = new.subject_id::uuid and due_at = new.due_at;
  return null;
end
$$;
create trigger announced after insert on base.notice
  for each row when (new.due_at is not null) execute function base.mark_announced();

create or replace view exposed.due_item as
  select item_id, kind, agency, region, due_at, case_id, task_id, clue_id, child_id, assignee from base.due_item;
-- What is still to be announced. A view with a join cannot be written through.
create or replace view work.due_item as
  select item_id, kind, region, due_at from base.due_item cross join (values (true)) as not_writable where not announced;

-- Tasks know their region and whether they are done, so that lists of them have an order that an index gives.
alter table base.task
  add column region text references base.region,
  add column assignee text not null generated always as (lower(replace(agency, '_', '-'))) stored,
  add column done boolean not null generated always as (done_at is not null) stored;
alter table base.task disable trigger due_on_update;
update base.task set region = case_file.region from base.case_file where case_file.case_id = task.case_id;
alter table base.task enable trigger due_on_update;
alter table base.task alter column region set not null;
create function base.give_task_its_region() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  select region into new.region from base.case_file where case_id = new.case_id;
  return new;
end
$$;
create trigger region before insert or update of case_id, region on base.task
  for each row execute function base.give_task_its_region();
create function base.move_tasks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  update base.task set region = new.region where case_id = new.case_id;
  return null;
end
$$;
create trigger tasks_moved after update of region on base.case_file
  for each row when (old.region is distinct from new.region) execute function base.move_tasks();

create index on base.task (done, due_at, task_id) include (region, assignee);
create index on base.task (assignee, done, due_at, task_id) include (region);
create index on base.task (region text_pattern_ops, done, due_at, task_id) include (assignee);
drop index base.task_due_at_idx, base.task_agency_due_at_idx;

create or replace view exposed.task as
  select task_id, case_id, meeting_id, agency, title, due_at, done_at, outcome, assignee, region, done from base.task;

-- Who takes part, and whom a meeting asks by name, in a table of their own for the same reason.
create view base.part as
  select participation_id, case_id, meeting_id, officer, agency, since, pending,
    coalesce(case_file.region, joint_meeting.region) as region,
    lower(replace(agency, '_', '-')) as party, reference_id
  from (
    select participation_id, case_id, meeting_id, officer, agency, confirmed_at as since, false as pending,
      case_id as reference_id
    from base.participation where case_id is not null
    union all
    select participation_id, case_id, meeting_id, officer, agency, confirmed_at, false, meeting_id
    from base.participation where meeting_id is not null
    union all
    select md5(concat_ws(' ', meeting_id, agency, officer))::uuid, null, meeting_id, officer, agency, invited_at, true,
      meeting_id
    from base.meeting_attendee as asked
    where released_at is null and not exists (
      select from base.participation as confirmed
      where (confirmed.meeting_id, confirmed.agency, confirmed.officer) = (asked.meeting_id, asked.agency, asked.officer)
        and withdrawn_at is null
    )
  ) as part
  left join base.case_file using (case_id)
  left join base.joint_meeting using (meeting_id);

create table base.part_item (
  participation_id uuid primary key,
  case_id uuid,
  meeting_id uuid,
  officer text not null,
  agency text not null,
  since timestamptz not null,
  -- asked by name, and confirmed by nobody
  pending boolean not null,
  -- of the case or meeting
  region text not null,
  -- the agency, as rules name it
  party text not null,
  -- the case or meeting
  reference_id uuid not null
);
insert into base.part_item
  select participation_id, case_id, meeting_id, officer, agency, since, pending, region, party, reference_id from base.part;
create index on base.part_item (party, since, participation_id) include (region);
create index on base.part_item (party, since, participation_id) include (region) where pending;
create index on base.part_item (party, since, participation_id) include (region) where meeting_id is not null;
create index on base.part_item (reference_id);
create index on base.part_item (officer, since, participation_id);
create index on base.part_item (party, region text_pattern_ops, since, participation_id);

-- Of these cases and meetings.
create function base.renew_parts(renewed uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  with part as materialized (
    select participation_id, case_id, meeting_id, officer, agency, since, pending, region, party, reference_id
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
revoke all on function base.renew_parts(uuid[]) from public;

create function base.keep_parts() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform base.renew_parts(array(
    select distinct coalesce(nullif(row ->> 'case_id', ''), row ->> 'meeting_id')::uuid
    from (select to_jsonb(changed) as row from changed) as one));
  return null;
end
$$;
do $$
declare
  source text;
begin
  foreach source in array array['participation', 'meeting_attendee'] loop
    execute format('create trigger parts_on_insert after insert on base.%I referencing new table as changed
      for each statement execute function base.keep_parts()', source);
    execute format('create trigger parts_on_update after update on base.%I referencing new table as changed
      for each statement execute function base.keep_parts()', source);
    execute format('create trigger parts_on_delete after delete on base.%I referencing old table as changed
      for each statement execute function base.keep_parts()', source);
  end loop;
end
$$;
create function base.move_parts() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform base.renew_parts(array[coalesce(to_jsonb(new) ->> 'case_id', to_jsonb(new) ->> 'meeting_id')::uuid]);
  return null;
end
$$;
create trigger parts_moved after update of region on base.case_file
  for each row when (old.region is distinct from new.region) execute function base.move_parts();
create trigger parts_moved after update of region on base.joint_meeting
  for each row when (old.region is distinct from new.region) execute function base.move_parts();

create or replace view exposed.participation_item as
  select item.participation_id, item.case_id, item.meeting_id, item.officer, item.agency, participation.confirmed_by,
    participation.confirmed_at, participation.withdrawn_by, participation.withdrawn_at, item.since,
    coalesce(case_file.title, joint_meeting.title) as title, item.region, array[item.party] as agencies,
    item.party, item.pending, item.reference_id
  from base.part_item as item
  left join base.participation using (participation_id)
  left join base.case_file on case_file.case_id = item.case_id
  left join base.joint_meeting on joint_meeting.meeting_id = item.meeting_id;

-- The other lists, in their order: all of them, by what they are filtered by, and of a small region.
create index on base.case_file (opened_at, case_id) include (region, closed_at, due_at);
create index on base.case_file (step, opened_at, case_id) include (region);
create index on base.case_file (level, opened_at, case_id) include (region);
create index on base.case_file (region text_pattern_ops, opened_at, case_id);
drop index base.case_file_opened_at_case_id_idx, base.case_file_region_idx;

create index on base.clue (received_at, clue_id) include (region);
create index on base.clue (received_at, clue_id) include (region) where feedback_at is null;
create index on base.clue (received_at, clue_id) include (region) where feedback_at is not null;
create index on base.clue (channel, received_at, clue_id) include (region);
create index on base.clue (region text_pattern_ops, received_at, clue_id);
drop index base.clue_received_at_clue_id_idx, base.clue_region_idx;

create index on base.joint_meeting (held_at, meeting_id) include (region);
create index on base.joint_meeting (kind, held_at, meeting_id) include (region);
create index on base.joint_meeting (region text_pattern_ops, held_at, meeting_id);
drop index base.joint_meeting_held_at_meeting_id_idx;

create index on base.emergency_use (opened_at, use_id) include (region);
create index on base.emergency_use (opened_at, use_id) include (region) where reviewed_at is null;
create index on base.emergency_use (opened_at, use_id) include (region) where reviewed_at is not null;
create index on base.emergency_use (officer, opened_at, use_id) include (region);
create index on base.emergency_use (region text_pattern_ops, opened_at, use_id);
drop index base.emergency_use_opened_at_use_id_idx;

create index on base.risk_assessment (level, child_id) where in_force;
