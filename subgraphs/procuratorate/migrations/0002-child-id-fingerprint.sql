-- Names the key and hash by which the pseudonyms here were derived, without giving them away. Written at the first start, and
-- compared at every later one: under another key, every child would seem not to exist.
create table base.child_id_fingerprint (
  singleton boolean primary key default true check (singleton),
  fingerprint text not null,
  taken_at timestamptz not null default now()
);

create view exposed.child_id_fingerprint as select fingerprint from base.child_id_fingerprint;
