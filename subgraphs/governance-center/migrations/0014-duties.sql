-- What officers do day by day without a case or meeting (岗位授权), as a responsible person of their own agency has confirmed for at
-- most a year: least authority, with approval (未成年人网络保护条例 art. 36). Nothing is deleted: who was confirmed by whom, and until
-- when, stays to be read.
create table base.duty (
  duty_id uuid primary key,
  -- as the identity provider names them, like everybody here
  officer text not null,
  agency text not null,
  kind text not null check (kind in ('ASSESSMENT', 'VISITS', 'WELFARE', 'INTAKE')),
  region text not null references base.region,
  -- of welfare: the assignments that it covers; tasks are covered without
  categories text[] not null default '{}' check (kind = 'WELFARE' or categories = '{}'),
  -- days in China, both included
  valid_from date not null,
  valid_until date not null check (valid_until >= valid_from),
  confirmed_by text not null,
  confirmed_at timestamptz not null,
  withdrawn_by text,
  withdrawn_at timestamptz,
  -- the agency, as rules name it
  party text not null generated always as (lower(replace(agency, '_', '-'))) stored,
  check ((withdrawn_by is null) = (withdrawn_at is null)),
  -- Nobody confirms their own duty.
  check (confirmed_by <> officer)
);
create index on base.duty (officer, confirmed_at, duty_id);
create index on base.duty (confirmed_at, duty_id) include (region, party);
create index on base.duty (kind, confirmed_at, duty_id) include (region, party);
create index on base.duty (party, confirmed_at, duty_id) include (region);
create index on base.duty (party, kind, confirmed_at, duty_id) include (region);
create index on base.duty (region text_pattern_ops, confirmed_at, duty_id) include (party);

-- Like a part in a case: withdrawn once, and not changed in any other way.
create trigger withdrawn_only before update on base.duty
  for each row execute function base.refuse_all_but_withdrawal();
create trigger not_deleted before delete on base.duty
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.duty execute function base.refuse_change();

create view exposed.duty as
  select duty_id, officer, agency, kind, region, categories, valid_from, valid_until, confirmed_by, confirmed_at, withdrawn_by,
    withdrawn_at, array[party] as agencies, party
  from base.duty;
create view work.duty as
  select duty_id, officer, agency, kind, region, categories, valid_from, valid_until, confirmed_by, confirmed_at, withdrawn_by,
    withdrawn_at
  from base.duty;
