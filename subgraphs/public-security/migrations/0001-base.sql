create schema base;
create schema exposed;

create table base.district (
  seed text not null,
  size integer not null,
  today date not null,
  child_id_fingerprint text not null
);

create table base.person (
  child_id text primary key,
  id_number text not null unique,
  full_name text not null,
  birth_date date not null,
  sex smallint not null,
  ethnicity text not null,
  region text not null,
  as_of timestamptz not null
);

create table base.household (
  child_id text primary key references base.person,
  address text not null,
  -- Kept from everyone but the police: shelter, violence (未成年人保护法 art. 103, 反家庭暴力法 art. 5, 29).
  address_protected boolean not null,
  registered_region text not null,
  residence_region text not null
);

create table base.household_member (
  child_id text not null references base.person,
  position integer not null,
  name text not null,
  kinship text not null,
  lives_together boolean not null,
  primary key (child_id, position)
);

create table base.incident (
  incident_id bigint generated always as identity primary key,
  child_id text not null references base.person,
  -- VICTIM, AT_RISK or SUSPECT.
  part text not null,
  receipt_number text not null,
  type text not null,
  occurred_at timestamptz not null,
  handling text
);
create index on base.incident (child_id);

create table base.domestic_violence_warning (
  warning_id bigint generated always as identity primary key,
  child_id text not null references base.person,
  number text not null,
  issued_at timestamptz not null,
  follow_up_due date
);
create index on base.domestic_violence_warning (child_id);

create table base.absence_alert (
  alert_id bigint generated always as identity primary key,
  child_id text not null references base.person,
  kind text not null,
  raised_at timestamptz not null,
  resolved_at timestamptz
);
create index on base.absence_alert (child_id);

-- Sealed (预防未成年人犯罪法 art. 59): corrective measures, punishments and records. No view reads this table.
create table base.juvenile_record (
  record_id bigint generated always as identity primary key,
  child_id text not null references base.person,
  measure text not null,
  decided_at date not null
);

create view exposed.child as select child_id, region from base.person;
create view exposed.person as
  select child_id, id_number, full_name, birth_date, sex, ethnicity, as_of from base.person;
create view exposed.household as
  select child_id, address, address_protected, registered_region, residence_region from base.household;
create view exposed.household_member as
  select child_id, position, name, kinship, lives_together from base.household_member;
-- A child as suspect is sealed: such rows stay in the base table.
create view exposed.incident with (security_barrier) as
  select incident_id, child_id, receipt_number, type, occurred_at, handling
  from base.incident
  where part in ('VICTIM', 'AT_RISK');
create view exposed.domestic_violence_warning as
  select warning_id, child_id, number, issued_at, follow_up_due from base.domestic_violence_warning;
create view exposed.absence_alert as
  select alert_id, child_id, kind, raised_at, resolved_at from base.absence_alert;
