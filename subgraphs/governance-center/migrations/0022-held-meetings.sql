-- People who came to a meeting without being invited by name. Being signed in invites nobody, so that the members of an agency that
-- names none may still all attend.
alter table base.meeting_attendee add column signed_in_at timestamptz;
create or replace view exposed.meeting_attendee as
  select meeting_id, officer, agency, attended, signed_in_at is null as invited
  from base.meeting_attendee where released_at is null;
create or replace view work.meeting_attendee as
  select meeting_id, officer, agency, attended, invited_at, released_at, signed_in_at from base.meeting_attendee;

-- A decision can be amended until the minutes are written; what it was before is kept.
create table base.former_decision (
  former_decision_id bigint generated always as identity primary key,
  meeting_id uuid not null,
  case_id uuid not null,
  decision text not null,
  reason text not null,
  amended_by text not null,
  amended_at timestamptz not null,
  foreign key (meeting_id, case_id) references base.docket_item
);
create index on base.former_decision (case_id, amended_at);
create trigger append_only before update or delete on base.former_decision
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.former_decision execute function base.refuse_change();
create view exposed.former_decision as
  select former_decision_id, meeting_id, case_id, decision, reason, amended_at from base.former_decision;
create view work.former_decision as
  select meeting_id, case_id, decision, reason, amended_by, amended_at from base.former_decision;

-- The agencies as rules name them, for lists of an agency's own meetings.
create or replace view exposed.joint_meeting as
  select meeting_id, title, kind, held_at, region, agencies, minutes, version, number,
    array(select lower(replace(agency, '_', '-')) from unnest(agencies) as agency) as parties
  from base.joint_meeting;
