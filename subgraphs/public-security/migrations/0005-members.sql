-- A household comes with its members in one row: whether they may be told of makes no difference to the statements.
create or replace view exposed.household as
  select child_id, address, registered_region, residence_region, (
      select coalesce(
        jsonb_agg(
          jsonb_build_object('name', name, 'kinship', kinship, 'lives_together', lives_together) order by position),
        '[]')
      from base.household_member where household_member.child_id = household.child_id
    ) as members
  from base.household;
