-- What waits for responsible persons (未成年人网络保护条例 art. 36) is also what officers may open: duties that end soon, and what officers ask
-- for beyond the number of a day.
-- Their labels are kept, so that no list reads all duties.
alter table base.waiting_item add column label text;
create view base.waiting_authority as
  select waiting_id, kind, reference_id, officer, agency, region, since, due_at, lower(replace(agency, '_', '-')) as party,
    due_at as ordered_at, label
  from (
    -- A duty that no other follows, to its end; lists show it in its last days.
    select md5(concat_ws(' ', 'DUTY', duty_id))::uuid as waiting_id, 'DUTY' as kind, duty_id as reference_id, officer, agency,
      region, null::timestamptz as since, (valid_until + 1)::timestamp at time zone 'Asia/Shanghai' as due_at,
      '岗位授权 ' || case kind when 'ASSESSMENT' then '研判' when 'VISITS' then '走访' when 'WELFARE' then '帮扶' else '受理' end
        || ' ' || region as label
    from base.duty
    where withdrawn_at is null and not exists (
      select from base.duty as later
      where (later.officer, later.agency, later.kind) = (duty.officer, duty.agency, duty.kind)
        and later.withdrawn_at is null and later.valid_until > duty.valid_until
        and duty.region like later.region || '%' and duty.categories <@ later.categories)
    union all
    -- A request of the day.
    select md5(concat_ws(' ', 'RELEASE', request_id))::uuid, 'RELEASE', request_id, officer, agency, region, requested_at,
      (day + 1)::timestamp at time zone 'Asia/Shanghai',
      '放行申请 ' || case purpose when 'RISK_ASSESSMENT' then '研判' when 'VISIT' then '走访' when 'WELFARE_SERVICE' then '帮扶'
        when 'MANDATORY_REPORT' then '受理' else '查询' end || ' ' || number
    from base.release_request as request
    where not exists (select from base.release where release.request_id = request.request_id)
  ) as waiting;

create or replace function base.renew_waiting(renewed uuid[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from base.waiting_item where reference_id = any (renewed);
  insert into base.waiting_item select * from base.waiting where reference_id = any (renewed);
  insert into base.waiting_item select * from base.waiting_authority where reference_id = any (renewed);
end
$$;

-- A duty settles, or leaves open, the officer's others.
create function base.keep_waiting_authority() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform base.renew_waiting(array(
    select duty_id from base.duty where officer in (select to_jsonb(changed) ->> 'officer' from changed)
    union
    select (to_jsonb(changed) ->> 'request_id')::uuid from changed where to_jsonb(changed) ->> 'request_id' is not null));
  return null;
end
$$;
create trigger waiting_on_insert after insert on base.duty referencing new table as changed
  for each statement execute function base.keep_waiting_authority();
create trigger waiting_on_update after update on base.duty referencing new table as changed
  for each statement execute function base.keep_waiting_authority();
create trigger waiting_on_insert after insert on base.release_request referencing new table as changed
  for each statement execute function base.keep_waiting_authority();
create trigger waiting_on_insert after insert on base.release referencing new table as changed
  for each statement execute function base.keep_waiting_authority();
select base.renew_waiting(array(select duty_id from base.duty));

create or replace view exposed.waiting_item as
  select item.waiting_id, item.kind, item.reference_id, item.officer, item.agency, item.region, item.since, item.due_at,
    item.party, array[item.party] as agencies, item.ordered_at,
    -- Of an assignment, nothing that tells its category.
    coalesce(case_file.title, joint_meeting.title, task.title, item.label, '包保帮扶 ' || left(item.reference_id::text, 8))
      as label,
    coalesce(assignment.category, item.kind) as covered_by
  from base.waiting_item as item
  left join base.case_file on item.kind = 'CASE' and case_file.case_id = item.reference_id
  left join base.joint_meeting on item.kind = 'MEETING' and joint_meeting.meeting_id = item.reference_id
  left join base.task on item.kind = 'TASK' and task.task_id = item.reference_id
  left join base.protection_assignment as assignment
    on item.kind = 'PROTECTION' and assignment.assignment_id = item.reference_id;
