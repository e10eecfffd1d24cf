-- Which children case workers open to assess them (研判), one by one, on a ground and under a standing duty: least authority, and a
-- record of each access (未成年人网络保护条例 art. 36). Assessments are only ever added to.
create table base.opened_assessment (
  assessment_id uuid primary key,
  -- as the identity provider names them, like everybody here
  officer text not null,
  agency text not null,
  -- the officer's
  region text not null references base.region,
  -- the standing duty under which it was opened: with it, the assessment is withdrawn
  duty_id uuid not null references base.duty,
  -- one child, or one clue with the child that it is about
  child_id text references base.child,
  clue_id uuid references base.clue,
  ground text not null check (ground in ('CLUE', 'DUE', 'HANDED_OVER', 'OBSERVED')),
  note text not null,
  opened_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > opened_at),
  check (num_nonnulls(child_id, clue_id) = 1)
);
create index on base.opened_assessment (officer, opened_at);
create trigger append_only before update on base.opened_assessment
  for each row execute function base.refuse_change();
create trigger not_deleted before delete on base.opened_assessment
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.opened_assessment execute function base.refuse_change();

create view exposed.opened_assessment as
  select assessment_id, officer, agency, region, duty_id, child_id, clue_id, ground, note, opened_at, expires_at
  from base.opened_assessment;
create view work.opened_assessment as
  select assessment_id, officer, agency, region, duty_id, child_id, clue_id, ground, note, opened_at, expires_at
  from base.opened_assessment;
