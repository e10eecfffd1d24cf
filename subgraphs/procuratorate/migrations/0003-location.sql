-- Whose place is protected (未成年人保护法 art. 103; 反家庭暴力法 art. 5, 29): one bit, which comes with the roster, without its ground. The child
-- is then found in the county, as one whose place nobody knows.
alter table base.child add column location_protected boolean not null default false;
create or replace view exposed.child as
  select child_id, case when location_protected then left(region, 6) else region end as region, location_protected
  from base.child;
