-- Whose place is protected (未成年人保护法 art. 103; 反家庭暴力法 art. 5, 29): one bit, which comes with the roster, without its ground.
alter table base.child add column location_protected boolean not null default false;

-- Whose place is kept from all others, and by whose decision. In force until its last day if somebody else confirms it within 72 hours, and
-- until they have. Never deleted; its end is written into it.
create table base.location_protection (
  protection_id bigint generated always as identity primary key,
  child_id text not null references base.child,
  ground text not null,
  set_by text not null,
  set_at timestamptz not null,
  until date not null,
  confirmed_by text,
  confirmed_at timestamptz,
  ended_at timestamptz,
  unique (child_id, set_at)
);
create view exposed.location_protection as
  select child_id, ground, set_at, until, confirmed_at from base.location_protection
  where ended_at is null
    and (now() at time zone 'Asia/Shanghai')::date between (set_at at time zone 'Asia/Shanghai')::date and until
    and (
      (confirmed_by <> set_by and confirmed_at <= set_at + interval '72 hours')
      or (confirmed_at is null and now() < set_at + interval '72 hours'));

-- The child is then found in the county, as one whose place nobody knows; the exact region is for the own officers, of children whom civil
-- affairs itself has placed and protects.
create or replace view exposed.child as
  select child_id, case when location_protected or own then left(region, 6) else region end as region,
    location_protected or own as location_protected,
    case when location_protected and not own then left(region, 6) else region end as own_region
  from (
    select child.*, exists (
      select from exposed.location_protection as protection where protection.child_id = child.child_id) as own
    from base.child
  ) as child;
