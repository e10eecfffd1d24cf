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

create table base.welfare (
  child_id text primary key references base.child,
  categories text[] not null,
  since date,
  reason text
);

create table base.guardianship_assessment (
  child_id text primary key references base.child,
  scheme text not null,
  grade text not null,
  assessed_at date not null,
  next_due date not null
);

create table base.temporary_guardianship (
  child_id text primary key references base.child,
  ground text not null,
  since date not null,
  placement text
);

create table base.benefit (
  benefit_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  monthly_amount numeric(10, 2),
  month text not null
);
create index on base.benefit (child_id);

create table base.home_visit (
  visit_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  visited_at timestamptz not null,
  visitor text,
  summary text,
  next_due date
);
create index on base.home_visit (child_id);

-- Sealed: adoption is confidential (民法典 art. 1110). No view reads this table.
create table base.adoption (
  child_id text primary key references base.child,
  registered_at date not null
);

create view exposed.child as select child_id, region from base.child;
create view exposed.welfare as select child_id, categories, since, reason from base.welfare;
create view exposed.guardianship_assessment as
  select child_id, scheme, grade, assessed_at, next_due from base.guardianship_assessment;
create view exposed.temporary_guardianship as
  select child_id, ground, since, placement from base.temporary_guardianship;
create view exposed.benefit as select benefit_id, child_id, kind, monthly_amount, month from base.benefit;
create view exposed.home_visit as
  select visit_id, child_id, visited_at, visitor, summary, next_due from base.home_visit;
