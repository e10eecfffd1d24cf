create schema base;
create schema exposed;

create table base.district (
  seed text not null,
  size integer not null,
  today date not null,
  child_id_fingerprint text not null
);

-- Names the key and hash by which the pseudonyms here were derived, without giving them away.
create table base.child_id_fingerprint (
  singleton boolean primary key default true check (singleton),
  fingerprint text not null,
  taken_at timestamptz not null default now()
);

create table base.child (
  child_id text primary key,
  id_number text not null unique,
  region text not null
);

-- each class
create table base.sample_class (
  sample_class_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  since date not null
);
create index on base.sample_class (child_id);

-- end
-- each sealed
-- Sealed (示例密; 示例密法): in no view.
create table base.sample_sealed (
  sample_sealed_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  kind text not null,
  since date not null
);
create index on base.sample_sealed (child_id);

-- end
create view exposed.child_id_fingerprint as select fingerprint from base.child_id_fingerprint;
create view exposed.child as select child_id, region from base.child;
-- each class
create view exposed.sample_class as select sample_class_id, child_id, kind, since from base.sample_class;
-- end
