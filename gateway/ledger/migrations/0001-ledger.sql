-- The access ledger: who looked at which child, why, and what was answered. Nothing here is ever changed; only months
-- older than the retention leave, as archives. What keeps the owner of the database honest is in the rows themselves: each
-- holds the hash of the one before it, and signed checkpoints hold both.

create schema ledger;
create schema exposed;

-- Which hash the chain was begun with: one row, ever.
create table ledger.chain (
  one boolean primary key default true check (one),
  hash text not null check (hash in ('sm3', 'sha256')),
  begun_at timestamptz(3) not null
);

-- By months of the calendar in China, so that an old month leaves whole.
create table ledger.entry (
  seq bigint not null,
  -- Given under the lock; never earlier than that of the entry before.
  at timestamptz(3) not null,
  previous bytea not null,
  hash bytea not null,
  -- What was recorded, to the byte. The columns below are copied from it, to be searched by.
  body text not null,
  request_id text not null,
  stage text not null,
  caller text,
  caller_agency text,
  -- Collated by bytes, so that a prefix is a range.
  caller_region text collate "C",
  purpose text,
  children text[] not null,
  owners text[] not null,
  status integer,
  primary key (seq, at)
) partition by range (at);

-- Pages are read newest first, by `order by at desc, seq desc`: partitions are then read one after the other.
create index entry_at on ledger.entry (at, seq);
create index entry_caller on ledger.entry (caller, at, seq);
create index entry_caller_agency on ledger.entry (caller_agency, at, seq);
create index entry_caller_region on ledger.entry (caller_region, at, seq);
create index entry_purpose on ledger.entry (purpose, at, seq);
create index entry_children on ledger.entry using gin (children);
create index entry_owners on ledger.entry using gin (owners);

create table ledger.checkpoint (
  number bigint primary key,
  first_seq bigint not null,
  last_seq bigint not null,
  at timestamptz(3) not null,
  root bytea not null,
  last_hash bytea not null,
  -- The hashes of its entries, one after the other: they name the entry that is not what it was.
  leaves bytea not null,
  previous bytea not null,
  algorithm text not null,
  key_id text not null,
  signature bytea not null
);
create index checkpoint_last_seq on ledger.checkpoint (last_seq);

-- Months that were archived and dropped.
create table ledger.archive (
  -- `2023-01`
  month text primary key,
  first_seq bigint not null,
  last_seq bigint not null,
  last_hash bytea not null,
  last_at timestamptz(3) not null,
  -- SHA-256 of the file.
  file_digest bytea not null,
  at timestamptz(3) not null
);

-- The one thing that the writer may have done as the owner. The table is made first and attached then: this way neither
-- readers nor writers of other months are waited for.
create function ledger.open_month(moment timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO' as $$
declare
  month timestamp := date_trunc('month', moment at time zone 'Asia/Shanghai');
  name text := 'entry_' || to_char(month, 'YYYY_MM');
begin
  if to_regclass('ledger.' || name) is not null then return; end if;
  execute format('create table ledger.%I (like ledger.entry including defaults including constraints)', name);
  execute format(
    'alter table ledger.entry attach partition ledger.%I for values from (%L) to (%L)',
    name, month at time zone 'Asia/Shanghai', (month + interval '1 month') at time zone 'Asia/Shanghai'
  );
end $$;
revoke all on function ledger.open_month(timestamptz) from public;

-- Entries with what they are searched by, copied out of what was recorded.
create function ledger.add(entries json) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into ledger.entry (
    seq, at, previous, hash, body, request_id, stage, caller, caller_agency, caller_region, purpose, children, owners, status
  )
  select seq, at, previous, hash, body, entry ->> 'requestId', entry ->> 'stage', entry #>> '{caller,id}',
    entry #>> '{caller,agency}', entry #>> '{caller,region}', entry ->> 'purpose',
    array(select jsonb_array_elements_text(entry -> 'children')),
    array(select distinct look ->> 'agency' collate "C" from jsonb_array_elements(entry -> 'looks') as look order by 1),
    (entry #>> '{outcome,status}')::integer
  from json_to_recordset(entries) as link (seq bigint, at timestamptz, previous bytea, hash bytea, body text),
    lateral (select body::jsonb as entry) as parsed
$$;

-- The chain's lock, until the transaction ends: whoever may only read cannot take it.
create function ledger.lock_chain() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  lock table ledger.chain in exclusive mode;
end $$;

-- The same in one round trip, for a gateway that thinks it knows where the chain ends: false, and nothing is added, where
-- another one has added in the meantime. What it sees is as of after the lock, as each statement here has a view of its own.
create function ledger.append(known_hash bytea, known_at timestamptz, entries json) returns boolean
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform ledger.lock_chain();
  if known_hash is distinct from (
    select hash from ledger.entry where at >= known_at order by at desc, seq desc limit 1
  ) then
    return false;
  end if;
  perform ledger.add(entries);
  return true;
end $$;
revoke all on function ledger.lock_chain(), ledger.add(json), ledger.append(bytea, timestamptz, json) from public;

-- What those who audit accesses select from.
create view exposed.access_entry as
select seq, at, request_id, stage, caller, caller_agency, caller_region, purpose, children, owners, status, body
from ledger.entry;
