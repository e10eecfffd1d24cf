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

create table base.legal_aid (
  legal_aid_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  matter text,
  lawyer text,
  since date not null,
  -- Sealed: aid for a defence tells that the child is accused (预防未成年人犯罪法 第五十九条).
  for_defence boolean not null
);
create index on base.legal_aid (child_id);

create table base.mediation (
  mediation_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  since date not null,
  agreed boolean
);
create index on base.mediation (child_id);

-- Sealed (社区矫正; 社区矫正法 第五十四条; 预防未成年人犯罪法 第五十九条): in no view.
create table base.community_correction (
  community_correction_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  since date not null
);
create index on base.community_correction (child_id);

-- Sealed (安置帮教; 预防未成年人犯罪法 第五十五条、第五十九条): in no view.
create table base.resettlement (
  resettlement_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  since date not null
);
create index on base.resettlement (child_id);

create view exposed.child as select child_id, region from base.child;
create view exposed.legal_aid with (security_barrier) as
  select legal_aid_id, child_id, matter, lawyer, since from base.legal_aid where not for_defence;
create view exposed.mediation as select mediation_id, child_id, kind, since, agreed from base.mediation;
