-- Break-glass (紧急处置) is accounted for child by child, and reviewed (未成年人网络保护条例 art. 36).
create table base.emergency_use (
  use_id uuid primary key,
  -- as the identity provider names them
  officer text not null,
  agency text not null,
  child_id text not null references base.child,
  -- where the child lived then: whose supervisors review it
  region text not null references base.region,
  reason text not null,
  opened_at timestamptz not null,
  -- the child belongs to this use until then
  expires_at timestamptz not null check (expires_at > opened_at),
  review_due timestamptz not null,
  reviewed_at timestamptz,
  reviewed_by text,
  finding text,
  note text,
  check (num_nulls(reviewed_at, reviewed_by, finding, note) in (0, 4)),
  -- nobody reviews their own
  check (reviewed_by <> officer)
);
create index on base.emergency_use (officer, expires_at);
create index on base.emergency_use (officer) where reviewed_at is null;
create index on base.emergency_use (review_due) where reviewed_at is null;
create index on base.emergency_use (opened_at desc, use_id);
-- A use is written down unreviewed, its review is written once, and nothing else ever changes.
create trigger unreviewed before insert on base.emergency_use
  for each row when (new.reviewed_at is not null) execute function base.refuse_change();
create trigger append_only before update on base.emergency_use
  for each row when (
    old.reviewed_at is not null
    or (new.use_id, new.officer, new.agency, new.child_id, new.region, new.reason, new.opened_at, new.expires_at, new.review_due)
      is distinct from
      (old.use_id, old.officer, old.agency, old.child_id, old.region, old.reason, old.opened_at, old.expires_at, old.review_due)
  ) execute function base.refuse_change();
create trigger not_deleted before delete on base.emergency_use
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.emergency_use execute function base.refuse_change();

create view exposed.emergency_use as
  select use_id, officer, agency, child_id, region, reason, opened_at, expires_at, review_due, reviewed_at, reviewed_by,
    finding, note
  from base.emergency_use;
create view work.emergency_use as
  select use_id, officer, agency, child_id, region, reason, opened_at, expires_at, review_due, reviewed_at, reviewed_by,
    finding, note
  from base.emergency_use;

-- What is due, as before, and reviews: without the child, whom nobody need know to see that a review is late.
create or replace view exposed.due_item as
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
    select use_id, 'EMERGENCY_REVIEW', 'GOVERNANCE_CENTER', region, review_due, null, null, null, null
    from base.emergency_use where reviewed_at is null
  ) as due;
