-- Protections that ended or lapsed are shown, too, to those who answer for them.
create or replace view exposed.location_protection as
  select child_id, ground, set_at, until, confirmed_at, protection_id, ended_at,
    coalesce(
      ended_at is null
      and (now() at time zone 'Asia/Shanghai')::date between (set_at at time zone 'Asia/Shanghai')::date and until
      and (
        (confirmed_by <> set_by and confirmed_at <= set_at + interval '72 hours')
        or (confirmed_at is null and now() < set_at + interval '72 hours')),
      false) as in_force
  from base.location_protection;
create or replace view exposed.child as
  select child_id, case when protected then left(region, 6) else region end as region, protected as location_protected,
    region as own_region
  from (
    select child_id, region, location_protected or exists (
      select from exposed.location_protection as protection
      where protection.child_id = person.child_id and in_force) as protected
    from base.person
  ) as child;
