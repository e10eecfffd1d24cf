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
  region text not null,
  -- Whose place is protected (未成年人保护法 art. 103; 反家庭暴力法 art. 5, 29): comes with the roster, without its ground.
  location_protected boolean not null default false
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
-- The child is then found in the county, as one whose place nobody knows.
create view exposed.child as
  select child_id, case when location_protected then left(region, 6) else region end as region, location_protected
  from base.child;
-- each class
create view exposed.sample_class as select sample_class_id, child_id, kind, since from base.sample_class;
-- end
