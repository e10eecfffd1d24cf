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
  select child_id, case when location_protected or own then left(region, 6) else region end as region,
    location_protected or own as location_protected,
    case when location_protected and not own then left(region, 6) else region end as own_region
  from (
    select child.*, exists (
      select from exposed.location_protection as protection
      where protection.child_id = child.child_id and in_force) as own
    from base.child
  ) as child;
