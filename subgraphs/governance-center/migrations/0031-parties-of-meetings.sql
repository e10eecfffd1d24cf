-- The agencies as rules name them, without a query for each row of a list.
create or replace view exposed.joint_meeting as
  select meeting_id, title, kind, held_at, region, agencies, minutes, version, number,
    string_to_array(lower(replace(array_to_string(agencies, ','), '_', '-')), ',') as parties
  from base.joint_meeting;
