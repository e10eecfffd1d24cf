-- Standing duties of welfare open tasks and assignments (未成年人网络保护条例 art. 36).

-- What an agency owes or leads, whoever works on it. `covered_by` is what a duty has to cover: tasks, or the category of an assignment.
create view exposed.owed_help as
  select 'TASK' as kind, task_id as reference_id, assignee as party, 'TASK' as covered_by, task.region, task.title as label,
    assigned_at as since, done_at as ended_at
  from base.task join base.case_file using (case_id)
  where cancelled_at is null and case_file.closed_at is null
  union all
  select 'PROTECTION', assignment_id, lower(replace(lead_agency, '_', '-')), category, region,
    '包保帮扶 ' || left(assignment_id::text, 8), since::timestamp at time zone 'Asia/Shanghai',
    ended_on::timestamp at time zone 'Asia/Shanghai'
  from base.protection_assignment join base.child using (child_id)
  -- Without those that are sealed.
  where category in ('SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT');
create index on base.protection_assignment (lower(replace(lead_agency, '_', '-')));

create or replace view exposed.waiting_item as
  select item.waiting_id, item.kind, item.reference_id, item.officer, item.agency, item.region, item.since, item.due_at,
    item.party, array[item.party] as agencies, item.ordered_at,
    -- Of an assignment, nothing that tells its category.
    coalesce(case_file.title, joint_meeting.title, task.title, '包保帮扶 ' || left(item.reference_id::text, 8)) as label,
    coalesce(assignment.category, item.kind) as covered_by
  from base.waiting_item as item
  left join base.case_file on item.kind = 'CASE' and case_file.case_id = item.reference_id
  left join base.joint_meeting on item.kind = 'MEETING' and joint_meeting.meeting_id = item.reference_id
  left join base.task on item.kind = 'TASK' and task.task_id = item.reference_id
  left join base.protection_assignment as assignment
    on item.kind = 'PROTECTION' and assignment.assignment_id = item.reference_id;
