-- Of warnings (反家庭暴力法 art. 17): when the village was notified, which visits then, and when the follow-up was done. Null: not yet.
alter table base.domestic_violence_warning add column notified_village_at timestamptz, add column followed_up_at date;
create or replace view exposed.domestic_violence_warning as
  select warning_id, child_id, number, issued_at, follow_up_due,
    notified_village_at is not null and followed_up_at is null as follow_up
  from base.domestic_violence_warning;

-- Rules ask about the child, before its warnings are read.
create or replace view exposed.child as
  select child_id, case when protected then left(region, 6) else region end as region, protected as location_protected,
    region as own_region,
    exists (select from exposed.domestic_violence_warning as warning
      where warning.child_id = child.child_id and warning.follow_up) as follow_up
  from (
    select child_id, region, location_protected or exists (
      select from exposed.location_protection as protection
      where protection.child_id = person.child_id and in_force) as protected
    from base.person
  ) as child;
