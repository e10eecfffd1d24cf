-- A kind of benefit that tells an institution from a home, and its amount, tell of a placement: it is in no view.
alter table base.benefit add column tells_placement boolean not null
  generated always as (kind ~ '集中|机构|福利院|救助保护|寄养|散居|分散|社会') stored;
create or replace view exposed.benefit with (security_barrier) as
  select benefit_id, child_id, kind, monthly_amount, month from base.benefit where not tells_placement;
