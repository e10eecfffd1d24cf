-- Whether a complaint is about violence, which the police act on (反家庭暴力法 art. 13, 15), and when an order was served on the village,
-- which then helps to carry it out (art. 32). Null: not served there.
alter table base.family_complaint add column violence boolean not null default false;
update base.family_complaint set violence = true where kind = '家庭暴力';
alter table base.safety_order_application add column served_on_village_at date;

create or replace view exposed.family_complaint with (security_barrier) as
  select complaint_id, child_id, received_at, kind, handling, reporter, violence
  from base.family_complaint
  where not child_as_offender;
create or replace view exposed.safety_order_application as
  select application_id, child_id, applied_at, decision, decided_at, valid_until,
    served_on_village_at is not null and valid_until is not null
      and valid_until >= (now() at time zone 'Asia/Shanghai')::date as in_force
  from base.safety_order_application;

-- Rules ask about the child, before its complaints and orders are read.
create or replace view exposed.child as
  select child_id, case when location_protected then left(region, 6) else region end as region, location_protected,
    exists (select from exposed.family_complaint as complaint
      where complaint.child_id = child.child_id and complaint.violence) as violence,
    exists (select from exposed.safety_order_application as application
      where application.child_id = child.child_id and application.in_force) as in_force
  from base.child;
