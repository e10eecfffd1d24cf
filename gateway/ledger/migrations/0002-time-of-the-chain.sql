-- The time of the chain is the database's own. A gateway whose clock was fast has once given every later entry, of all
-- gateways, a time more than a year ahead, as no entry may be earlier than the one before it.

create function ledger.now() returns timestamptz
language sql volatile as $$ select pg_catalog.clock_timestamp() $$;

create function ledger.refuse_future(moment timestamptz) returns timestamptz
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'an entry lies in the future of the database' using errcode = 'invalid_parameter_value';
end $$;

-- Entries with what they are searched by, copied out of what was recorded; none of them later than `latest`.
create function ledger.add_until(entries json, latest timestamptz) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  insert into ledger.entry (
    seq, at, previous, hash, body, request_id, stage, caller, caller_agency, caller_region, purpose, children, owners, status
  )
  select seq, case when at <= latest then at else ledger.refuse_future(at) end, previous, hash, body,
    entry ->> 'requestId', entry ->> 'stage', entry #>> '{caller,id}',
    entry #>> '{caller,agency}', entry #>> '{caller,region}', entry ->> 'purpose',
    array(select jsonb_array_elements_text(entry -> 'children')),
    array(select distinct look ->> 'agency' collate "C" from jsonb_array_elements(entry -> 'looks') as look order by 1),
    (entry #>> '{outcome,status}')::integer
  from json_to_recordset(entries) as link (seq bigint, at timestamptz, previous bytea, hash bytea, body text),
    lateral (select body::jsonb as entry) as parsed
$$;

-- Until when entries may be: a few seconds beyond the clock, which is what a gateway may have carried it on wrongly, or where
-- the chain ends already.
create function ledger.latest(ended_at timestamptz) returns timestamptz
language sql volatile as $$ select greatest(ledger.now() + interval '5 seconds', ended_at) $$;

create or replace function ledger.add(entries json) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  select ledger.add_until(
    entries, ledger.latest((select at from ledger.entry order by at desc limit 1))
  )
$$;

create or replace function ledger.append(known_hash bytea, known_at timestamptz, entries json) returns boolean
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  perform ledger.lock_chain();
  if known_hash is distinct from (
    select hash from ledger.entry where at >= known_at order by seq desc limit 1
  ) then
    return false;
  end if;
  perform ledger.add_until(entries, ledger.latest(known_at));
  return true;
end $$;
revoke all on function ledger.now(), ledger.refuse_future(timestamptz), ledger.add_until(json, timestamptz),
  ledger.latest(timestamptz) from public;
