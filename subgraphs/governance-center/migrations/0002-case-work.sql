-- What the work on clues, risks, cases, meetings and assignments writes down. The subgraph reads views of schema `exposed`
-- and writes through views of schema `work`; neither role reaches a base table, and nothing is ever deleted.
create schema work;

-- History is only ever added to, whoever asks.
create function base.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'history is append-only' using errcode = 'restrict_violation';
end
$$;

-- Risk: proposed by rules, confirmed by a person (个人信息保护法 art. 24).
create table base.risk_proposal (
  proposal_id uuid primary key,
  child_id text not null references base.child,
  -- null where no rule of the scheme applies any more
  level text,
  basis text[] not null,
  -- the practice that it was worked out by, e.g. 99/2026-1
  practice text not null,
  proposed_at timestamptz not null,
  -- when it was confirmed, or gave way to a newer one
  settled_at timestamptz
);
create unique index one_open_proposal on base.risk_proposal (child_id) where settled_at is null;
create index on base.risk_proposal (child_id, proposed_at desc);

alter table base.risk_assessment
  add column assessment_key uuid not null default gen_random_uuid() unique,
  add column proposal_id uuid references base.risk_proposal,
  add column practice text,
  add column reason text;
-- As exposed.due_item asks: a day ends at midnight in China.
create index on base.risk_assessment (((next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai'))
  where in_force and next_visit_due is not null;

-- Protection assignments (六类包保帮扶) end and may begin anew.
alter table base.protection_assignment drop constraint protection_assignment_pkey;
alter table base.protection_assignment
  add column assignment_id uuid not null default gen_random_uuid() primary key,
  add column ended_on date,
  add column next_visit_due date;
-- Of those that are not sealed: what is refused must not depend on whether there is one that is.
create unique index one_assignment_of_a_category on base.protection_assignment (child_id, category)
  where ended_on is null
    and category in ('SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT');
create index on base.protection_assignment (child_id);
create index on base.protection_assignment (((next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai'))
  where ended_on is null and next_visit_due is not null;

-- 四访五帮
create table base.protection_visit (
  visit_id uuid primary key,
  assignment_id uuid not null references base.protection_assignment,
  -- whom: SELF, FAMILY, SCHOOL, COMMUNITY
  party text not null,
  helps text[] not null,
  visited_at timestamptz not null,
  visited_by text not null,
  agency text not null,
  note text
);
create index on base.protection_visit (assignment_id, visited_at);
create trigger append_only before update or delete on base.protection_visit
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.protection_visit execute function base.refuse_change();

-- Visits that follow from a level of risk.
create table base.risk_visit (
  visit_id uuid primary key,
  assessment_key uuid not null references base.risk_assessment (assessment_key),
  visited_at timestamptz not null,
  visited_by text not null,
  note text
);
create index on base.risk_visit (assessment_key, visited_at);
create trigger append_only before update or delete on base.risk_visit
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.risk_visit execute function base.refuse_change();

-- Clues
alter table base.clue
  add column receipt_number text unique,
  add column facts text,
  -- where it was reported; a clue itself belongs where the child lives
  add column reported_region text references base.region,
  add column feedback text;
create index on base.clue (feedback_due) where feedback_at is null;
create index on base.clue (child_id);
create index on base.clue (case_id);
alter table base.clue_reporter add column contact text;
-- Not changed, but the owner may erase it (个人信息保护法 art. 47).
create trigger append_only before update on base.clue_reporter
  for each row execute function base.refuse_change();

-- Cases. Whom one is about is settled when it is opened.
create trigger append_only before update on base.case_child
  for each row execute function base.refuse_change();
create index on base.case_file (due_at) where closed_at is null;
alter table base.case_step
  add column due_at timestamptz,
  add column evidence text[] not null default '{}',
  add column reopening boolean not null default false;
create trigger append_only before update or delete on base.case_step
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.case_step execute function base.refuse_change();

alter table base.task
  add column assigned_at timestamptz,
  add column assigned_by text,
  add column done_by text;
create index on base.task (due_at) where done_at is null;
create index on base.task (agency, due_at);

-- Meetings
alter table base.joint_meeting
  add column minutes text,
  add column version integer not null default 1;
create table base.meeting_attendee (
  meeting_id uuid not null references base.joint_meeting,
  -- the caller's name with the identity provider
  officer text not null,
  agency text not null,
  attended boolean,
  invited_at timestamptz not null,
  released_at timestamptz,
  primary key (meeting_id, officer)
);
alter table base.docket_item
  add column put_on_at timestamptz,
  add column taken_off_at timestamptz,
  add column decided_at timestamptz;
create table base.docket_opinion (
  opinion_id uuid primary key,
  meeting_id uuid not null,
  case_id uuid not null,
  officer text not null,
  agency text not null,
  opinion text not null,
  given_at timestamptz not null,
  foreign key (meeting_id, case_id) references base.docket_item
);
create index on base.docket_opinion (meeting_id, case_id, given_at);
create trigger append_only before update or delete on base.docket_opinion
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.docket_opinion execute function base.refuse_change();

-- What other agencies owe by a day that the centre keeps track of: replies to recommendations (未成年人保护法 art. 114),
-- yearly assessments of guardianship.
create table base.tracked_deadline (
  deadline_id uuid primary key,
  kind text not null,
  child_id text not null references base.child,
  agency text not null,
  due_on date not null,
  settled_at timestamptz
);
create index on base.tracked_deadline (((due_on + 1)::timestamp at time zone 'Asia/Shanghai')) where settled_at is null;

-- One row for each mutation that was acted on, so that a retry after a lost answer does nothing twice. Who sent it cannot be
-- told from it: without the key, which only the caller has, neither hash can be tried out.
create table base.mutation_key (
  -- of key and caller
  key_hash text primary key,
  mutation text not null,
  -- of key and input, so that a key is not used for something else
  input_hash text not null,
  -- ids of what the mutation made or changed
  result jsonb not null,
  acted_at timestamptz not null
);
-- The owner may clear keys that nobody will send again.
create trigger append_only before update on base.mutation_key
  for each row execute function base.refuse_change();

-- What is read.
create or replace view exposed.risk_assessment as
  select assessment_id, child_id, level, basis, assessed_at, confirmed_by, next_visit_due, in_force, practice, reason,
    assessment_key
  from base.risk_assessment;
create view exposed.risk_visit as
  select visit_id, assessment_key, visited_at, visited_by, note from base.risk_visit;
create view exposed.risk_proposal as
  select proposal_id, child_id, level, basis, practice, proposed_at, settled_at from base.risk_proposal;
create or replace view exposed.protection_assignment with (security_barrier) as
  select child_id, category, lead_agency, responsible, since, assignment_id, next_visit_due, ended_on
  from base.protection_assignment
  where category in ('SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT');
create view exposed.protection_visit with (security_barrier) as
  select visit_id, assignment_id, party, helps, visited_at, visited_by, agency, note
  from base.protection_visit
  where assignment_id in (select assignment_id from exposed.protection_assignment);
create or replace view exposed.case_step as
  select case_step_id, case_id, step, taken_by, agency, taken_at, note, due_at, evidence, reopening from base.case_step;
create or replace view exposed.joint_meeting as
  select meeting_id, title, kind, held_at, region, agencies, minutes, version from base.joint_meeting;
create view exposed.meeting_attendee as
  select meeting_id, officer, agency, attended from base.meeting_attendee where released_at is null;
-- What was decided stays on the docket, whatever is taken off it afterwards: it opens nothing any more.
create or replace view exposed.docket_item as
  select meeting_id, position, case_id, decision, decided_at, taken_off_at is null as open
  from base.docket_item where taken_off_at is null or decided_at is not null;
create view exposed.docket_opinion as
  select opinion_id, meeting_id, case_id, officer, agency, opinion, given_at from base.docket_opinion;
create or replace view exposed.task as
  select task_id, case_id, meeting_id, agency, title, due_at, done_at, outcome,
    -- as rules name agencies, and where its case belongs: for lists of tasks
    lower(replace(agency, '_', '-')) as assignee,
    (select region from base.case_file where case_file.case_id = task.case_id) as region
  from base.task;
create or replace view exposed.clue as
  select clue_id, channel, situation, received_at, region, child_id, case_id, feedback_due, feedback_at,
    receipt_number, facts, feedback, reported_region
  from base.clue;
create view exposed.tracked_deadline as
  select deadline_id, kind, child_id, agency, due_on, settled_at from base.tracked_deadline;
create or replace view exposed.clue_reporter as select clue_id, reporter, contact from base.clue_reporter;

-- All that is due, wherever it comes from. A day ends at midnight in China. What is sealed is kept out by the view of
-- assignments; a barrier of its own would keep conditions from the tables' indexes.
create view exposed.due_item as
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
  ) as due;

-- What is written. No view of this schema can be deleted from, and history cannot be changed either.
-- The roster and the regions come from elsewhere: a view with an offset cannot be written through.
create view work.child as select child_id, region from base.child offset 0;
create view work.risk_proposal as
  select proposal_id, child_id, level, basis, practice, proposed_at, settled_at from base.risk_proposal;
create view work.risk_assessment as
  select assessment_id, child_id, level, basis, assessed_at, confirmed_by, next_visit_due, in_force, proposal_id,
    practice, reason, assessment_key
  from base.risk_assessment;
create view work.risk_visit as
  select visit_id, assessment_key, visited_at, visited_by, note from base.risk_visit;
create view work.protection_assignment with (security_barrier) as
  select assignment_id, child_id, category, lead_agency, responsible, since, ended_on, next_visit_due
  from base.protection_assignment
  where category in ('SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT')
  with check option;
create view work.protection_visit with (security_barrier) as
  select visit_id, assignment_id, party, helps, visited_at, visited_by, agency, note from base.protection_visit
  where assignment_id in (select assignment_id from work.protection_assignment)
  with check option;
create view work.clue as
  select clue_id, channel, situation, received_at, region, child_id, case_id, feedback_due, feedback_at,
    receipt_number, facts, feedback, reported_region
  from base.clue;
-- Who reported can be written down here, and not be read.
create view work.clue_reporter as select clue_id, reporter, contact from base.clue_reporter where false;
create view work.case_file as
  select case_id, number, title, level, region, step, due_at, agencies, opened_at, closed_at, version
  from base.case_file;
create view work.case_child as select case_id, child_id from base.case_child;
create view work.case_step as
  select case_id, step, taken_by, agency, taken_at, note, due_at, evidence, reopening from base.case_step;
create view work.task as
  select task_id, case_id, meeting_id, agency, title, due_at, done_at, outcome, assigned_at, assigned_by, done_by
  from base.task;
create view work.joint_meeting as
  select meeting_id, title, kind, held_at, region, agencies, minutes, version from base.joint_meeting;
create view work.meeting_attendee as
  select meeting_id, officer, agency, attended, invited_at, released_at from base.meeting_attendee;
create view work.docket_item as
  select meeting_id, position, case_id, decision, put_on_at, taken_off_at, decided_at from base.docket_item;
create view work.docket_opinion as
  select opinion_id, meeting_id, case_id, officer, agency, opinion, given_at from base.docket_opinion;
create view work.tracked_deadline as
  select deadline_id, kind, child_id, agency, due_on, settled_at from base.tracked_deadline;
create view work.mutation_key as select key_hash, mutation, input_hash, result, acted_at from base.mutation_key;
