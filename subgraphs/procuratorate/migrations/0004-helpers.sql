-- Agencies that the procuratorate has asked to help the victim (未成年人保护法 art. 111), by name: CIVIL_AFFAIRS. Nobody, unless it says so.
alter table base.victim_support add column helpers text[] not null default '{}';

-- Rules ask for them about the child, before its support is read.
create or replace view exposed.child as
  select child_id, case when location_protected then left(region, 6) else region end as region, location_protected,
    (select helpers from base.victim_support where victim_support.child_id = child.child_id) as helpers
  from base.child;
