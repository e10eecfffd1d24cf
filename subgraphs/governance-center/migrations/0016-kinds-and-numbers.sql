-- Titles of cases, meetings and tasks are made of a kind and a number, and nobody writes one: people read them who may not know of
-- any child (未成年人保护法 art. 103; docs/decisions/0070).

-- What was written stays in the base tables. A task's words are for those who do it.
alter table base.case_file rename column title to former_title;
alter table base.case_file alter column former_title drop not null;
alter table base.joint_meeting rename column title to former_title;
alter table base.joint_meeting alter column former_title drop not null;
alter table base.task rename column title to former_title;
alter table base.task alter column former_title drop not null, add column instruction text;
alter table base.task disable trigger user;
update base.task set instruction = former_title;
alter table base.task enable trigger user;

-- Kinds are codes of the practice; these are for rows that come from elsewhere, and for what is already there.
alter table base.case_file
  add column kind text not null default '一般',
  add column title text not null generated always as ('个案 ' || number || '（' || kind || '）') stored;

-- 2026-014: the fourteenth meeting of its region and year. 990101-2026-1b7c0d3e5f: the county and the year of a task.
create table base.meeting_number (
  region text not null,
  year text not null,
  last integer not null,
  primary key (region, year)
);
create function base.next_meeting_number(of_region text, held_at timestamptz) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  of_year text := to_char(held_at at time zone 'Asia/Shanghai', 'YYYY');
  number integer;
begin
  insert into base.meeting_number as numbers (region, year, last) values (of_region, of_year, 1)
    on conflict (region, year) do update set last = numbers.last + 1
    returning last into number;
  return of_year || '-' || lpad(number::text, greatest(3, length(number::text)), '0');
end
$$;
revoke all on function base.next_meeting_number(text, timestamptz) from public;

alter table base.joint_meeting add column number text;
do $$
declare
  meeting record;
begin
  for meeting in select meeting_id, region, held_at from base.joint_meeting order by held_at, meeting_id loop
    update base.joint_meeting set number = base.next_meeting_number(meeting.region, meeting.held_at)
      where meeting_id = meeting.meeting_id;
  end loop;
end
$$;
alter table base.joint_meeting
  alter column number set not null,
  add column title text not null generated always as (
    case kind when 'CASE_CONFERENCE' then '个案会商 ' else '联席会议 ' end || number
  ) stored;
create unique index one_meeting_of_a_number on base.joint_meeting (region, number);
create function base.give_meeting_its_number() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.number := coalesce(new.number, base.next_meeting_number(new.region, new.held_at));
  return new;
end
$$;
create trigger number before insert on base.joint_meeting
  for each row execute function base.give_meeting_its_number();

create function base.task_number(id uuid, region text, due_at timestamptz) returns text
language sql stable as $$
  select left(region, 6) || '-' || to_char(due_at at time zone 'Asia/Shanghai', 'YYYY') || '-'
    || left(replace(id::text, '-', ''), 10)
$$;
alter table base.task
  add column kind text not null default '其他',
  add column number text;
alter table base.task disable trigger user;
update base.task set number = base.task_number(task_id, region, due_at);
alter table base.task enable trigger user;
alter table base.task
  alter column number set not null,
  add column title text not null generated always as (kind || ' ' || number) stored;
create function base.give_task_its_number() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.number := base.task_number(new.task_id, (select region from base.case_file where case_id = new.case_id), new.due_at);
  return new;
end
$$;
create trigger number before insert on base.task
  for each row execute function base.give_task_its_number();

-- A changed kind is a line of history, and so are a task's words, which are read by those who read notes. Former titles were words.
alter table base.case_amendment add column words_before text;

-- Views show the new titles under the old name, and further columns at their end.
do $$
declare
  one record;
  text text;
  added text;
begin
  for one in
    select schemaname, viewname, definition from pg_views
      where schemaname in ('base', 'exposed', 'work') and definition like '%former_title%'
  loop
    text := replace(one.definition, 'former_title', 'title');
    added := case one.viewname
      when 'case_file' then 'kind'
      when 'joint_meeting' then 'number'
      when 'task' then 'kind, number, instruction'
    end;
    if added is not null then
      text := regexp_replace(text, '\n\s+FROM base\.' || one.viewname || '\M', ', ' || added || '\&');
    end if;
    execute format('create or replace view %I.%I as %s', one.schemaname, one.viewname, text);
  end loop;
end
$$;
create or replace view exposed.case_amendment as
  select case_amendment_id, case_id, case kind when 'TASK_RENAMED' then 'TASK_INSTRUCTED' else kind end as kind, made_by,
    agency, made_at, case kind when 'TASK_RENAMED' then null else before end as before,
    case kind when 'TASK_RENAMED' then null else after end as after, reason, task_id, officer, linked_id,
    case kind when 'TASK_RENAMED' then before else words_before end as words_before
  from base.case_amendment;
create or replace view work.case_amendment as
  select case_id, kind, made_by, agency, made_at, before, after, reason, child_id, task_id, officer, linked_id, words_before
  from base.case_amendment;
