-- Who takes part for an agency in a case or meeting, as a responsible person of the agency has confirmed it: least authority,
-- with approval (未成年人网络保护条例 art. 36). Nothing is deleted: who was confirmed by whom, and until when, stays to be read.
create table base.participation (
  participation_id uuid primary key,
  -- either of them
  case_id uuid references base.case_file,
  meeting_id uuid references base.joint_meeting,
  -- as the identity provider names them, like everybody here
  officer text not null,
  agency text not null,
  confirmed_by text not null,
  confirmed_at timestamptz not null,
  withdrawn_by text,
  withdrawn_at timestamptz,
  check (num_nonnulls(case_id, meeting_id) = 1),
  check ((withdrawn_by is null) = (withdrawn_at is null)),
  -- Nobody confirms their own part.
  check (confirmed_by <> officer)
);
create unique index one_part_in_a_case on base.participation (case_id, agency, officer) where withdrawn_at is null;
create unique index one_part_in_a_meeting on base.participation (meeting_id, agency, officer) where withdrawn_at is null;
create index on base.participation (case_id);
create index on base.participation (meeting_id);

-- What was confirmed can be withdrawn, once, and is not changed in any other way.
create function base.refuse_all_but_withdrawal() returns trigger language plpgsql as $$
begin
  if old.withdrawn_at is not null or new.withdrawn_at is null
    or to_jsonb(new) - '{withdrawn_by,withdrawn_at}'::text[] <> to_jsonb(old) - '{withdrawn_by,withdrawn_at}'::text[] then
    raise exception 'history is append-only' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger withdrawn_only before update on base.participation
  for each row execute function base.refuse_all_but_withdrawal();
create trigger not_deleted before delete on base.participation
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.participation execute function base.refuse_change();

create view exposed.participation as
  select participation_id, case_id, meeting_id, officer, agency, confirmed_by, confirmed_at, withdrawn_by, withdrawn_at
  from base.participation;

-- The same as a list, with those whom a meeting asks by name and nobody has confirmed yet.
create view exposed.participation_item as
  select part.*, coalesce(case_file.title, joint_meeting.title) as title,
    coalesce(case_file.region, joint_meeting.region) as region,
    -- as rules name agencies
    array[lower(replace(part.agency, '_', '-'))] as agencies
  from (
    select participation_id, case_id, meeting_id, officer, agency, confirmed_by, confirmed_at, withdrawn_by, withdrawn_at,
      confirmed_at as since
    from base.participation
    union all
    select md5(concat_ws(' ', meeting_id, agency, officer))::uuid, null, meeting_id, officer, agency, null, null, null, null,
      invited_at
    from base.meeting_attendee as asked
    where released_at is null and not exists (
      select from base.participation as confirmed
      where (confirmed.meeting_id, confirmed.agency, confirmed.officer) = (asked.meeting_id, asked.agency, asked.officer)
        and withdrawn_at is null
    )
  ) as part
  left join base.case_file using (case_id)
  left join base.joint_meeting using (meeting_id);

create view work.participation as
  select participation_id, case_id, meeting_id, officer, agency, confirmed_by, confirmed_at, withdrawn_by, withdrawn_at
  from base.participation;
