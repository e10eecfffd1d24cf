create schema base;
create schema exposed;

create table base.district (
  seed text not null,
  size integer not null,
  today date not null,
  child_id_fingerprint text not null
);

create table base.child (
  child_id text primary key,
  id_number text not null unique,
  region text not null
);

create table base.enrolment (
  child_id text primary key references base.child,
  school text not null,
  school_type text not null,
  grade text not null,
  class_name text not null,
  student_number text,
  boarding boolean not null,
  status text not null,
  as_of timestamptz not null
);

create table base.attendance (
  child_id text not null references base.child,
  month text not null,
  school_days integer not null,
  absent_days integer not null,
  unexcused_days integer not null,
  primary key (child_id, month)
);

create table base.dropout_alert (
  alert_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  raised_at timestamptz not null,
  stage text not null,
  returned_at timestamptz
);
create index on base.dropout_alert (child_id);

create table base.bullying_report (
  report_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  reported_at timestamptz not null,
  role text not null,
  severity text not null,
  measure text
);
create index on base.bullying_report (child_id);

create table base.wellbeing_screening (
  child_id text primary key references base.child,
  screened_at date not null,
  referral text not null,
  score integer
);

create table base.special_needs_plan (
  child_id text primary key references base.child,
  started_at date not null,
  placement text not null,
  review_due date
);

-- Sealed: 专门教育 (预防未成年人犯罪法 art. 43, 59). The pupil stays on the rolls of the original school; no view reads this table.
create table base.special_education (
  child_id text primary key references base.child,
  admitted_at date not null,
  school text not null
);

create view exposed.child as select child_id, region from base.child;
create view exposed.enrolment as
  select child_id, school, school_type, grade, class_name, student_number, boarding, status, as_of from base.enrolment;
create view exposed.attendance as
  select child_id, month, school_days, absent_days, unexcused_days from base.attendance;
create view exposed.dropout_alert as select alert_id, child_id, raised_at, stage, returned_at from base.dropout_alert;
create view exposed.bullying_report as
  select report_id, child_id, reported_at, role, severity, measure from base.bullying_report;
create view exposed.wellbeing_screening as
  select child_id, screened_at, referral, score from base.wellbeing_screening;
create view exposed.special_needs_plan as
  select child_id, started_at, placement, review_due from base.special_needs_plan;
