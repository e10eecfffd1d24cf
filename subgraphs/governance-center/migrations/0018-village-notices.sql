-- What villages are told of family violence: warnings that the police have given (反家庭暴力法 art. 17), orders that the women's federation
-- has asked for and that are in force (art. 32). The notice puts the child on the village's visit list until the follow-up ends.
create table base.village_notice (
  notice_id uuid primary key,
  child_id text not null references base.child,
  kind text not null check (kind in ('WARNING', 'ORDER')),
  agency text not null,
  notified_at timestamptz not null,
  notified_by text not null,
  -- the last day of the follow-up, in China
  until date not null,
  next_visit_due date,
  -- before that day
  ended_on date
);
create unique index one_notice_of_a_kind on base.village_notice (child_id, kind) where ended_on is null;
create index on base.village_notice (child_id);

create table base.notice_visit (
  visit_id uuid primary key,
  notice_id uuid not null references base.village_notice,
  visited_at timestamptz not null,
  visited_by text not null,
  agency text not null
);
create index on base.notice_visit (notice_id, visited_at);
create trigger append_only before update or delete on base.notice_visit
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.notice_visit execute function base.refuse_change();

create view exposed.village_notice as
  select notice_id, child_id, kind, agency, notified_at, until, next_visit_due, ended_on,
    (select max(visited_at) from base.notice_visit where notice_visit.notice_id = village_notice.notice_id) as last_visit_at
  from base.village_notice;
create view work.village_notice as
  select notice_id, child_id, kind, agency, notified_at, notified_by, until, next_visit_due, ended_on from base.village_notice;
create view work.notice_visit as
  select visit_id, notice_id, visited_at, visited_by, agency from base.notice_visit;

-- Children whom a village visits because it was notified, by where they live: until the day `until`, unless the follow-up has ended.
create view exposed.child_of_notice as
  select child_id, region, until, next_visit_due
  from base.village_notice join base.child using (child_id)
  where ended_on is null;

-- Visits of both kinds are due, beside all that is due already.
do $$
begin
  execute 'create or replace view base.due as ' || rtrim(pg_get_viewdef('base.due'::regclass), '; ') || $due$
    union all
    select notice_id, kind || '_VISIT', agency, region,
      (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai', null, null, null, child_id, lower(replace(agency, '_', '-'))
    from base.village_notice join base.child using (child_id)
    where ended_on is null and next_visit_due is not null
    union all
    select support_id, 'SUPPORT_VISIT', lead_agency, region,
      (next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai', null, null, null, child_id,
      lower(replace(lead_agency, '_', '-'))
    from base.misconduct_support join base.child using (child_id)
    where ended_on is null and next_visit_due is not null
  $due$;
end
$$;

do $$
declare
  source record;
begin
  for source in
    select * from (values ('village_notice', 'notice_id'), ('misconduct_support', 'support_id')) as source (name, key)
  loop
    execute format('create trigger due_on_insert after insert on base.%I referencing new table as changed
      for each statement execute function base.keep_due_items(%L)', source.name, source.key);
    execute format('create trigger due_on_update after update on base.%I referencing new table as changed
      for each statement execute function base.keep_due_items(%L)', source.name, source.key);
    execute format('create trigger due_on_delete after delete on base.%I referencing old table as changed
      for each statement execute function base.keep_due_items(%L)', source.name, source.key);
  end loop;
end
$$;

create or replace view exposed.due_item as
  select item_id, kind, agency, region, due_at, case_id, task_id, clue_id, child_id, assignee,
    -- the assignment or support to visit
    case when kind in ('PROTECTION_VISIT', 'SUPPORT_VISIT') then item_id end as assignment
  from base.due_item;
-- No app is told of these: a notice reaches everybody who uses it.
create or replace view work.due_item as
  select item_id, kind, region, due_at from base.due_item cross join (values (true)) as not_writable
  where not announced and kind not in ('WARNING_VISIT', 'ORDER_VISIT', 'SUPPORT_VISIT');
