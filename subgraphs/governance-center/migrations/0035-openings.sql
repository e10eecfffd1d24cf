-- How many children an officer opens on one day with visits, tasks and reports (未成年人网络保护条例 art. 36: least authority, and a record
-- of each access): the gateway adds them before it answers. Assessments are counted where they are opened. All of it is only ever added to.
create table base.opening (
  officer text not null,
  agency text not null,
  -- the officer's
  region text not null references base.region,
  purpose text not null check (purpose in ('VISIT', 'WELFARE_SERVICE', 'MANDATORY_REPORT')),
  -- the day in China
  day date not null,
  child_id text not null references base.child,
  -- what justified it, as the request stated it: visits/<id>
  reference text not null,
  opened_at timestamptz not null,
  primary key (officer, agency, purpose, day, child_id)
);
create index on base.opening (day);
create trigger append_only before update on base.opening
  for each row execute function base.refuse_change();
create trigger not_deleted before delete on base.opening
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.opening execute function base.refuse_change();

-- More than the practice allows, for one day: asked for by the officer, released by a responsible person of the own agency.
create table base.release_request (
  request_id uuid primary key,
  officer text not null,
  agency text not null,
  -- the officer's, by which responsible persons find it
  region text not null references base.region,
  purpose text not null check (purpose in ('RISK_ASSESSMENT', 'VISIT', 'WELFARE_SERVICE', 'MANDATORY_REPORT', 'LOOKUP')),
  number integer not null check (number > 0),
  ground text not null,
  -- the day in China
  day date not null,
  requested_at timestamptz not null,
  -- the agency, as rules name it
  party text not null generated always as (lower(replace(agency, '_', '-'))) stored,
  unique (request_id, officer)
);
create index on base.release_request (officer, day);
create index on base.release_request (day);
create index on base.release_request (requested_at, request_id) include (region, party);
create index on base.release_request (party, requested_at, request_id) include (region);
create index on base.release_request (officer, requested_at, request_id) include (region, party);
create trigger append_only before update on base.release_request
  for each row execute function base.refuse_change();
create trigger not_deleted before delete on base.release_request
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.release_request execute function base.refuse_change();

create table base.release (
  request_id uuid primary key,
  officer text not null,
  number integer not null check (number > 0),
  released_by text not null,
  released_at timestamptz not null,
  foreign key (request_id, officer) references base.release_request (request_id, officer),
  -- Nobody releases their own.
  check (released_by <> officer)
);
create trigger append_only before update on base.release
  for each row execute function base.refuse_change();
create trigger not_deleted before delete on base.release
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.release execute function base.refuse_change();

-- Assessments of a day, for its digest.
create index on base.opened_assessment (opened_at);

create view exposed.opening as
  select officer, agency, region, purpose, day, child_id, reference, opened_at
  from base.opening;
create view work.opening as
  select officer, agency, region, purpose, day, child_id, reference, opened_at
  from base.opening;

create view exposed.release_request as
  select request_id, officer, agency, region, purpose, request.number, ground, day, requested_at,
    release.number as released, released_by, released_at, array[party] as agencies, party
  from base.release_request as request left join base.release using (request_id, officer);
create view work.release_request as
  select request_id, officer, agency, region, purpose, number, ground, day, requested_at
  from base.release_request;
create view work.release as
  select request_id, officer, number, released_by, released_at
  from base.release;

-- Counts the children of one answer, each once a day, in one statement: with more than an officer may open on the day, none of them.
-- Returns the number that is exceeded, and null if they are counted. `allowed` is null where nothing is refused.
create function work.use_openings(
  asking_officer text, asking_agency text, asking_region text, asked_purpose text, today date, asked text[], stated text, now timestamptz,
  allowed integer
) returns integer language plpgsql as $$
declare
  added text[];
  used integer;
begin
  -- Two simultaneous answers could otherwise both take the last of a day.
  perform pg_advisory_xact_lock(hashtextextended(asking_agency || ' ' || asking_officer, 4));
  added := array(
    select distinct child from unnest(asked) as child
    where not exists (
      select from work.opening
      where officer = asking_officer and agency = asking_agency and purpose = asked_purpose and day = today and child_id = child));
  if added = '{}' then
    return null;
  end if;
  select count(*) + cardinality(added) into used from work.opening
    where officer = asking_officer and agency = asking_agency and purpose = asked_purpose and day = today;
  if used > allowed then
    select allowed + coalesce(sum(release.number), 0) into allowed
      from work.release_request as request join work.release using (request_id)
      where request.officer = asking_officer and agency = asking_agency and purpose = asked_purpose and day = today;
    if used > allowed then
      return allowed;
    end if;
  end if;
  insert into work.opening (officer, agency, region, purpose, day, child_id, reference, opened_at)
    select asking_officer, asking_agency, asking_region, asked_purpose, today, child, stated, now from unnest(added) as child;
  return null;
end
$$;
