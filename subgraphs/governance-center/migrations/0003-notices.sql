-- What apps are told by webhooks (docs/guides/webhooks.md): ids and kinds of work items, never a value of a record.

-- The receivers as the newest start of the subgraph found them in its configuration. Addresses and secrets stay there.
create table base.endpoint (
  name text primary key,
  -- null for all
  kinds text[],
  -- only what happened in this region; the empty text for everywhere
  region text not null,
  -- what happened earlier is not sent to it
  since timestamptz not null,
  -- false once it is gone from the configuration
  active boolean not null
);

create table base.notice (
  notice_id uuid primary key,
  kind text not null,
  subject text not null,
  subject_id text not null,
  region text not null,
  occurred_at timestamptz not null,
  -- of what is overdue: it is told once for each time that it was due
  due_at timestamptz,
  unique (kind, subject_id, due_at)
);
-- The owner may clear notices that were delivered long ago.
create trigger append_only before update on base.notice
  for each row execute function base.refuse_change();

create table base.delivery (
  notice_id uuid not null references base.notice,
  endpoint text not null references base.endpoint,
  -- retried for three days from here
  queued_at timestamptz not null,
  -- begun, whether or not their end is known
  attempts integer not null default 0,
  next_attempt_at timestamptz not null,
  delivered_at timestamptz,
  given_up_at timestamptz,
  primary key (notice_id, endpoint)
);
create index delivery_pending on base.delivery (endpoint, next_attempt_at)
  where delivered_at is null and given_up_at is null;

create view work.endpoint as select name, kinds, region, since, active from base.endpoint;
create view work.notice as
  select notice_id, kind, subject, subject_id, region, occurred_at, due_at from base.notice;
create view work.delivery as
  select notice_id, endpoint, queued_at, attempts, next_attempt_at, delivered_at, given_up_at from base.delivery;
create view work.due_item as select item_id, kind, region, due_at from exposed.due_item;

-- Queued in the transaction of the notice, whoever writes it. It runs as the writer, hence the views.
create function base.queue_notice() returns trigger language plpgsql as $$
begin
  insert into work.delivery (notice_id, endpoint, queued_at, next_attempt_at)
    select new.notice_id, name, now(), now()
    from work.endpoint
    where active
      and since <= new.occurred_at
      and (kinds is null or new.kind = any (kinds))
      and starts_with(new.region, region);
  return null;
end
$$;
create trigger queue after insert on base.notice for each row execute function base.queue_notice();
