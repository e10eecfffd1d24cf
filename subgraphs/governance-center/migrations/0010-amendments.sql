-- Cases are put right (docs/decisions/0068): each correction is a row that is never changed.
create table base.case_amendment (
  case_amendment_id bigint generated always as identity primary key,
  case_id uuid not null references base.case_file,
  -- LEVEL_CHANGED, CHILD_ADDED, CHILD_REMOVED
  kind text not null,
  made_by text not null,
  agency text not null,
  made_at timestamptz not null,
  -- codes: levels, regions
  before text,
  after text,
  reason text,
  -- who was added or taken off; in no view
  child_id text references base.child
);
create index on base.case_amendment (case_id, made_at);
create trigger append_only before update or delete on base.case_amendment
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.case_amendment execute function base.refuse_change();

-- A child can be taken off a case, and be added again: each time is a row of its own.
alter table base.case_child
  drop constraint case_child_pkey,
  add column case_child_id bigint generated always as identity primary key,
  add column removed_at timestamptz;
create unique index one_place_in_a_case on base.case_child (case_id, child_id) where removed_at is null;
create function base.refuse_all_but_removal() returns trigger language plpgsql as $$
begin
  if old.removed_at is not null or new.removed_at is null
    or to_jsonb(new) - 'removed_at' <> to_jsonb(old) - 'removed_at' then
    raise exception 'history is append-only' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
drop trigger append_only on base.case_child;
create trigger removal_only before update on base.case_child
  for each row execute function base.refuse_all_but_removal();

-- Nothing that a case opens covers a child that was taken off it.
create or replace view exposed.case_child as select case_id, child_id from base.case_child where removed_at is null;
create view exposed.case_amendment as
  select case_amendment_id, case_id, kind, made_by, agency, made_at, before, after, reason from base.case_amendment;

create or replace view work.case_child as
  select case_id, child_id, removed_at from base.case_child where removed_at is null;
create view work.case_amendment as
  select case_id, kind, made_by, agency, made_at, before, after, reason, child_id from base.case_amendment;
