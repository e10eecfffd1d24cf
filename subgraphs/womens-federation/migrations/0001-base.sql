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

create table base.family_complaint (
  complaint_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  received_at timestamptz not null,
  kind text not null,
  handling text,
  reporter text,
  -- Sealed: the complaint was about what the child did, not about what the child suffered.
  child_as_offender boolean not null
);
create index on base.family_complaint (child_id);

create table base.safety_order_application (
  application_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  applied_at timestamptz not null,
  decision text,
  decided_at timestamptz,
  valid_until date
);
create index on base.safety_order_application (child_id);

create table base.family_guidance (
  guidance_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  started_at date not null,
  ordered boolean not null,
  sessions_done integer not null,
  sessions_planned integer not null
);
create index on base.family_guidance (child_id);

create table base.loving_mother (
  child_id text primary key references base.child,
  name text not null,
  since date not null,
  last_contact_at date,
  next_contact_due date
);

create table base.safety_officer (
  child_id text primary key references base.child,
  name text not null,
  tier text not null,
  last_visit_at date
);

create view exposed.child as select child_id, region from base.child;
create view exposed.family_complaint with (security_barrier) as
  select complaint_id, child_id, received_at, kind, handling, reporter
  from base.family_complaint
  where not child_as_offender;
create view exposed.safety_order_application as
  select application_id, child_id, applied_at, decision, decided_at, valid_until from base.safety_order_application;
create view exposed.family_guidance as
  select guidance_id, child_id, started_at, ordered, sessions_done, sessions_planned from base.family_guidance;
create view exposed.loving_mother as
  select child_id, name, since, last_contact_at, next_contact_due from base.loving_mother;
create view exposed.safety_officer as select child_id, name, tier, last_visit_at from base.safety_officer;
