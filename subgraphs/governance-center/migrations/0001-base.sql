-- The governance centre keeps pseudonyms and regions of children, never their ID numbers.
create schema base;
create schema exposed;

create table base.district (
  seed text not null,
  size integer not null,
  today date not null,
  child_id_fingerprint text not null
);

create table base.region (
  code text primary key,
  name text not null,
  level text not null,
  valid_from date not null
);

create table base.child (
  child_id text primary key,
  region text not null references base.region
);
create index on base.child (region text_pattern_ops, child_id);

create table base.risk_assessment (
  assessment_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  level text not null,
  basis text[] not null,
  assessed_at timestamptz not null,
  confirmed_by text,
  next_visit_due date,
  in_force boolean not null
);
create index on base.risk_assessment (child_id);
create unique index one_assessment_in_force on base.risk_assessment (child_id) where in_force;

create table base.protection_assignment (
  child_id text not null references base.child,
  category text not null,
  lead_agency text not null,
  responsible text,
  since date not null,
  primary key (child_id, category)
);

create table base.case_file (
  case_id uuid primary key,
  number text not null,
  title text not null,
  level text not null,
  region text not null references base.region,
  step text not null,
  due_at timestamptz,
  agencies text[] not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  version integer not null
);
create index on base.case_file (opened_at desc, case_id);
create index on base.case_file (region text_pattern_ops);

create table base.case_child (
  case_id uuid not null references base.case_file,
  child_id text not null references base.child,
  primary key (case_id, child_id)
);
create index on base.case_child (child_id);

create table base.case_step (
  case_step_id bigint generated always as identity primary key,
  case_id uuid not null references base.case_file,
  step text not null,
  taken_by text not null,
  agency text not null,
  taken_at timestamptz not null,
  note text
);
create index on base.case_step (case_id, taken_at);

create table base.joint_meeting (
  meeting_id uuid primary key,
  title text not null,
  kind text not null,
  held_at timestamptz not null,
  region text not null references base.region,
  agencies text[] not null
);
create index on base.joint_meeting (held_at desc, meeting_id);

create table base.docket_item (
  meeting_id uuid not null references base.joint_meeting,
  position integer not null,
  case_id uuid not null references base.case_file,
  decision text,
  primary key (meeting_id, case_id)
);
create index on base.docket_item (case_id);

create table base.task (
  task_id uuid primary key,
  case_id uuid not null references base.case_file,
  -- The meeting whose decision it came from.
  meeting_id uuid references base.joint_meeting,
  agency text not null,
  title text not null,
  due_at timestamptz not null,
  done_at timestamptz,
  outcome text
);
create index on base.task (case_id, due_at);

create table base.clue (
  clue_id uuid primary key,
  channel text not null,
  situation text not null,
  received_at timestamptz not null,
  region text not null references base.region,
  child_id text references base.child,
  case_id uuid references base.case_file,
  feedback_due timestamptz,
  feedback_at timestamptz
);
create index on base.clue (received_at desc, clue_id);
create index on base.clue (region text_pattern_ops);

-- Who reported stands apart from what was reported (反家庭暴力法 art. 14, 数据安全法 art. 38).
create table base.clue_reporter (
  clue_id uuid primary key references base.clue,
  reporter text not null
);

create view exposed.region as select code, name, level from base.region;
create view exposed.child as select child_id, region from base.child;
create view exposed.risk_assessment as
  select assessment_id, child_id, level, basis, assessed_at, confirmed_by, next_visit_due, in_force
  from base.risk_assessment;
-- Serious misconduct (预防未成年人犯罪法 art. 3, 38, 42; 个人信息保护法 art. 28) and community correction (预防未成年人犯罪法 art. 59)
-- are sealed: their categories stay in the base table.
create view exposed.protection_assignment with (security_barrier) as
  select child_id, category, lead_agency, responsible, since
  from base.protection_assignment
  where category in ('SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT');
create view exposed.case_file as
  select case_id, number, title, level, region, step, due_at, agencies, opened_at, closed_at, version
  from base.case_file;
create view exposed.case_child as select case_id, child_id from base.case_child;
create view exposed.case_step as
  select case_step_id, case_id, step, taken_by, agency, taken_at, note from base.case_step;
create view exposed.joint_meeting as
  select meeting_id, title, kind, held_at, region, agencies from base.joint_meeting;
create view exposed.docket_item as select meeting_id, position, case_id, decision from base.docket_item;
create view exposed.task as
  select task_id, case_id, meeting_id, agency, title, due_at, done_at, outcome from base.task;
create view exposed.clue as
  select clue_id, channel, situation, received_at, region, child_id, case_id, feedback_due, feedback_at from base.clue;
create view exposed.clue_reporter as select clue_id, reporter from base.clue_reporter;
