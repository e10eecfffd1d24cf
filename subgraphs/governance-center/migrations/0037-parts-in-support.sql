-- Officers take part in the support of a child after serious misconduct (四访五帮), too, and only as confirmed one by one. Everywhere it looks
-- like a part in an assignment: kind and label are the same, and neither tells which of the two it is.
create function base.assignment_exists() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if new.assignment_id is not null
    and not exists (select from base.protection_assignment where assignment_id = new.assignment_id)
    and not exists (select from base.misconduct_support where support_id = new.assignment_id) then
    raise exception 'there is no such assignment' using errcode = 'foreign_key_violation';
  end if;
  return new;
end
$$;
alter table base.participation drop constraint participation_assignment_id_fkey;
create trigger assignment_exists before insert on base.participation
  for each row execute function base.assignment_exists();
alter table base.participation_request drop constraint participation_request_assignment_id_fkey;
create trigger assignment_exists before insert on base.participation_request
  for each row execute function base.assignment_exists();

-- Where both lie, and when they ended; a support has no category. Nothing is deleted from either.
create view base.helped as
  select assignment_id, child_id, category, ended_on from base.protection_assignment
  union all
  select support_id, child_id, null, ended_on from base.misconduct_support;

-- The views of parts and of what waits, with both.
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
  left join (select assignment_id, child_id from base.helped) as assignment using (assignment_id)
  left join base.child using (child_id);

create or replace view exposed.own_part as
  select part_id, part.officer, lower(replace(part.agency, '_', '-')) as party, part.since,
    case when part.case_id is not null then 'CASE' when part.meeting_id is not null then 'MEETING'
      when part.task_id is not null then 'TASK' else 'PROTECTION' end as kind,
    coalesce(part.case_id, part.meeting_id, part.task_id, part.assignment_id) as reference_id,
    coalesce(case_file.title, joint_meeting.title, task.title, '包保帮扶 ' || left(part.assignment_id::text, 8)) as label,
    coalesce(case_file.region, joint_meeting.region, task.region, child.region) as region,
    coalesce(case_file.closed_at, joint_meeting.held_at, task.done_at,
      assignment.ended_on::timestamp at time zone 'Asia/Shanghai') as ended_at
  from (
    select participation_id as part_id, officer, agency, confirmed_at as since, case_id, meeting_id, task_id, assignment_id
    from base.participation where withdrawn_at is null
    union all
    -- A part in a case opens the agency's tasks in it; the centre works on its own by the case.
    select md5(concat_ws(' ', of_case.participation_id, task.task_id))::uuid, of_case.officer, of_case.agency,
      of_case.confirmed_at, null, null, task.task_id, null
    from base.participation as of_case
    join base.task on task.case_id = of_case.case_id and task.agency = of_case.agency
    where withdrawn_at is null and of_case.agency <> 'GOVERNANCE_CENTER' and not exists (
      select from base.participation as own
      where own.task_id = task.task_id and own.agency = of_case.agency and own.officer = of_case.officer
        and own.withdrawn_at is null)
  ) as part
  left join base.case_file on case_file.case_id = part.case_id
  left join base.joint_meeting on joint_meeting.meeting_id = part.meeting_id
  left join base.task on task.task_id = part.task_id
  left join base.case_file as case_of_task on case_of_task.case_id = task.case_id
  left join base.helped as assignment on assignment.assignment_id = part.assignment_id
  left join base.child on child.child_id = assignment.child_id
  where task.cancelled_at is null and case_of_task.closed_at is null
    -- Handed on to another agency.
    and (task.agency is null or task.agency = part.agency)
    -- Without those that are sealed.
    and (assignment.category is null
      or assignment.category in ('SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT'));

create or replace view base.waiting as
  select waiting.*, lower(replace(agency, '_', '-')) as party, coalesce(due_at, since) as ordered_at
  from (
    select md5(concat_ws(' ', 'CASE', case_id, party.agency))::uuid as waiting_id, 'CASE' as kind,
      case_id as reference_id, null::text as officer, party.agency, region, opened_at as since, due_at
    from base.case_file cross join unnest(agencies) as party (agency)
    where closed_at is null and not exists (
      select from base.participation as part
      where part.case_id = case_file.case_id and part.agency = party.agency and withdrawn_at is null)
    union all
    -- To whom a case was handed over.
    select md5(concat_ws(' ', 'CASE', case_id, named.agency, named.officer))::uuid, 'CASE', case_id, named.officer,
      named.agency, region, named.made_at, due_at
    from base.case_file join base.case_amendment as named using (case_id)
    where closed_at is null and named.kind = 'HANDED_OVER' and named.officer is not null
      and not exists (
        select from base.case_amendment as later
        where later.case_id = named.case_id and later.kind = 'HANDED_OVER'
          and later.case_amendment_id > named.case_amendment_id)
      and not exists (
        select from base.participation as part
        where part.case_id = named.case_id and part.agency = named.agency and part.officer = named.officer
          and (withdrawn_at is null or withdrawn_at > named.made_at))
    union all
    select md5(concat_ws(' ', 'MEETING', meeting_id, party.agency))::uuid, 'MEETING', meeting_id, null, party.agency,
      region, null, held_at
    from base.joint_meeting cross join unnest(agencies) as party (agency)
    where not exists (
        select from base.participation as part
        where part.meeting_id = joint_meeting.meeting_id and part.agency = party.agency and withdrawn_at is null)
      and not exists (
        select from base.meeting_attendee as asked
        where asked.meeting_id = joint_meeting.meeting_id and asked.agency = party.agency and released_at is null)
    union all
    select md5(concat_ws(' ', 'MEETING', meeting_id, asked.agency, asked.officer))::uuid, 'MEETING', meeting_id,
      asked.officer, asked.agency, region, invited_at, held_at
    from base.joint_meeting join base.meeting_attendee as asked using (meeting_id)
    where released_at is null and not exists (
      select from base.participation as part
      where (part.meeting_id, part.agency, part.officer) = (asked.meeting_id, asked.agency, asked.officer)
        and withdrawn_at is null)
    union all
    select md5(concat_ws(' ', 'TASK', task_id, task.agency))::uuid, 'TASK', task_id, null, task.agency, task.region,
      assigned_at, task.due_at
    from base.task join base.case_file using (case_id)
    where closed_at is null and done_at is null and cancelled_at is null and not exists (
        select from base.participation as part
        where part.task_id = task.task_id and part.agency = task.agency and withdrawn_at is null)
      and not exists (
        select from base.participation as part
        where part.case_id = task.case_id and part.agency = task.agency and withdrawn_at is null)
    union all
    select md5(concat_ws(' ', 'PROTECTION', assignment_id, lead_agency))::uuid, 'PROTECTION', assignment_id, null,
      lead_agency, region, since::timestamp at time zone 'Asia/Shanghai',
      (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai'
    -- Without those that are sealed.
    from exposed.protection_assignment join base.child using (child_id)
    where ended_on is null and not exists (
      select from base.participation as part
      where part.assignment_id = protection_assignment.assignment_id and part.agency = lead_agency
        and withdrawn_at is null)
    union all
    -- Of a support, the lead and everybody named to help.
    select md5(concat_ws(' ', 'PROTECTION', support_id, party.agency))::uuid, 'PROTECTION', support_id, null, party.agency,
      region, since::timestamp at time zone 'Asia/Shanghai', (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai'
    from base.misconduct_support join base.child using (child_id)
    cross join lateral (select distinct agency from unnest(lead_agency || helpers) as named (agency)) as party
    where ended_on is null and not exists (
      select from base.participation as part
      where part.assignment_id = support_id and part.agency = party.agency and withdrawn_at is null)
    union all
    select request_id, kind, reference_id, asked.officer, asked.agency, region, requested_at, due_at
    from base.participation_request as asked
    join lateral (
      select 'CASE' as kind, case_id as reference_id, region, due_at from base.case_file
        where case_id = asked.case_id and closed_at is null
      union all
      select 'MEETING', meeting_id, region, held_at from base.joint_meeting where meeting_id = asked.meeting_id
      union all
      select 'TASK', task_id, task.region, task.due_at from base.task join base.case_file using (case_id)
        where task_id = asked.task_id and done_at is null and cancelled_at is null and closed_at is null
          and task.agency = asked.agency
      union all
      select 'PROTECTION', assignment_id, region, (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai'
        from exposed.protection_assignment join base.child using (child_id)
        where assignment_id = asked.assignment_id and ended_on is null
      union all
      select 'PROTECTION', support_id, region, (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai'
        from base.misconduct_support join base.child using (child_id)
        where support_id = asked.assignment_id and ended_on is null
    ) as wanted on true
    where coalesce(asked.case_id, asked.meeting_id, asked.task_id, asked.assignment_id) = wanted.reference_id
      and not exists (
        select from base.participation as part
        where coalesce(part.case_id, part.meeting_id, part.task_id, part.assignment_id) = wanted.reference_id
          and (part.case_id = asked.case_id or part.meeting_id = asked.meeting_id or part.task_id = asked.task_id
            or part.assignment_id = asked.assignment_id)
          and part.officer = asked.officer and part.agency = asked.agency
          and (withdrawn_at is null or confirmed_at >= requested_at))
  ) as waiting;

create or replace function base.keep_waiting() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  renewed uuid[];
begin
  if tg_table_name = 'child' then
    renewed := array(
      select assignment_id from base.helped
      where child_id in (select to_jsonb(changed) ->> 'child_id' from changed));
  else
    with given as (select to_jsonb(changed) as row from changed),
    named as (
      select distinct coalesce(
        case when tg_table_name = 'task' then row ->> 'task_id' end,
        row ->> 'case_id', row ->> 'meeting_id', row ->> 'task_id', row ->> 'assignment_id', row ->> 'support_id')::uuid as id
      from given
    )
    select array_agg(id) into renewed from (
      select id from named
      union
      select task_id from base.task where case_id in (select id from named)
    ) as one;
  end if;
  perform base.renew_waiting(renewed);
  return null;
end
$$;
create trigger waiting_on_insert after insert on base.misconduct_support referencing new table as changed
  for each statement execute function base.keep_waiting();
create trigger waiting_on_update after update on base.misconduct_support referencing new table as changed
  for each statement execute function base.keep_waiting();
select base.renew_waiting(array(select support_id from base.misconduct_support));

create or replace function base.move_parts_of_child() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform base.renew_parts(array(select assignment_id from base.helped where child_id = new.child_id));
  return null;
end
$$;
