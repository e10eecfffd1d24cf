-- Tasks are put right, too: changed, handed on to another agency, cancelled.
alter table base.task add column cancelled_at timestamptz;
-- What is cancelled is owed by nobody, as what is done.
alter table base.task alter column done set expression as (done_at is not null or cancelled_at is not null);
alter table base.case_amendment add column task_id uuid references base.task;

create or replace view base.due as
  select due.*, lower(replace(agency, '_', '-')) as assignee
  from (
    select case_id as item_id, 'STEP' as kind, 'GOVERNANCE_CENTER' as agency, region, due_at,
      case_id, null::uuid as task_id, null::uuid as clue_id, null::text as child_id
    from base.case_file where closed_at is null and due_at is not null
    union all
    select task_id, 'TASK', task.agency, case_file.region, task.due_at, case_id, task_id, null, null
    from base.task join base.case_file using (case_id) where done_at is null and cancelled_at is null
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

create or replace view exposed.task as
  select task_id, case_id, meeting_id, agency, title, due_at, done_at, outcome, assignee, region, done, cancelled_at
  from base.task;
create or replace view exposed.case_amendment as
  select case_amendment_id, case_id, kind, made_by, agency, made_at, before, after, reason, task_id
  from base.case_amendment;
create or replace view work.task as
  select task_id, case_id, meeting_id, agency, title, due_at, done_at, outcome, assigned_at, assigned_by, done_by,
    cancelled_at
  from base.task;
create or replace view work.case_amendment as
  select case_id, kind, made_by, agency, made_at, before, after, reason, child_id, task_id from base.case_amendment;
