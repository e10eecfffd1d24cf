-- Whose place is protected (未成年人保护法 art. 103; 反家庭暴力法 art. 5, 29): one bit, which comes with the roster, without its ground.
alter table base.person add column location_protected boolean not null default false;

-- Whose place is kept from all others, and by whose decision. In force until its last day if somebody else confirms it within 72 hours, and
-- until they have. Never deleted; its end is written into it.
create table base.location_protection (
  protection_id bigint generated always as identity primary key,
  child_id text not null references base.person,
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

-- The child is then found in the county, as one whose place nobody knows; the exact region is for the own officers.
create or replace view exposed.child as
  select child_id, case when protected then left(region, 6) else region end as region, protected as location_protected,
    region as own_region
  from (
    select child_id, region, location_protected or exists (
      select from exposed.location_protection as protection where protection.child_id = person.child_id) as protected
    from base.person
  ) as child;

-- Addresses that were protected before, for a year from now.
insert into base.location_protection (child_id, ground, set_by, set_at, until, confirmed_by, confirmed_at)
  select child_id, 'OTHER_DANGER', '地址保密', now(), current_date + 365, '迁移', now()
  from base.household where address_protected;
alter table base.household alter column residence_region drop not null;
drop view exposed.household;
alter table base.household drop column address_protected;
create view exposed.household as select child_id, address, registered_region, residence_region from base.household;
