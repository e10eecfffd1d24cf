-- What an officer has opened is on the list of own parts, too: with where its child lives by now, or else the clue belongs.
create view exposed.open_assessment as
  select assessment_id, officer, lower(replace(opened.agency, '_', '-')) as party, duty_id, opened_at, expires_at,
    coalesce(child.region, clue.region) as region
  from base.opened_assessment as opened
  left join base.clue using (clue_id)
  left join base.child on child.child_id = coalesce(opened.child_id, clue.child_id);
