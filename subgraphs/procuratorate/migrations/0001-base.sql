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

create table base.legal_document (
  document_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  number text not null,
  kind text not null,
  issued_at date not null,
  addressee text,
  served_at date,
  reply_due date,
  replied_at date,
  -- Whether the child is a suspect in the matter.
  tied_to_suspect boolean not null
);
create index on base.legal_document (child_id);

create table base.victim_support (
  child_id text primary key references base.child,
  needs text[] not null,
  one_stop_interview_done boolean not null,
  legal_aid boolean not null,
  since date not null
);

create table base.judicial_aid (
  aid_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  granted_at date not null,
  amount numeric(10, 2)
);
create index on base.judicial_aid (child_id);

-- Sealed (刑事诉讼法 art. 286, 预防未成年人犯罪法 art. 59): non-prosecution, records. No view reads this table.
create table base.juvenile_case (
  juvenile_case_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  decision text not null,
  decided_at date not null
);

create view exposed.child as select child_id, region from base.child;
-- A document tied to a suspect stays in the base table.
create view exposed.legal_document with (security_barrier) as
  select document_id, child_id, number, kind, issued_at, addressee, served_at, reply_due, replied_at
  from base.legal_document
  where not tied_to_suspect;
create view exposed.victim_support as
  select child_id, needs, one_stop_interview_done, legal_aid, since from base.victim_support;
create view exposed.judicial_aid as select aid_id, child_id, kind, granted_at, amount from base.judicial_aid;
