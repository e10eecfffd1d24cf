-- 四访五帮 for children with serious misconduct (预防未成年人犯罪法 art. 38, 40 to 42), apart from assignments to categories: a child's name
-- in it is a stigma (art. 3; 个人信息保护法 art. 28), so it has a class of its own that leaves no trace anywhere else. It never holds what the
-- child did, why, or a measure of art. 41, a document or a school. Article 59 does not seal the measures of art. 41; they stay out of the
-- graph by choice, because helping does not need them (个人信息保护法 art. 6).
create table base.misconduct_support (
  support_id uuid primary key,
  child_id text not null references base.child,
  lead_agency text not null check (lead_agency = 'PUBLIC_SECURITY'),
  -- agencies that the police have named to help
  helpers text[] not null default '{}',
  since date not null,
  next_visit_due date,
  ended_on date
);
create unique index one_support_of_a_child on base.misconduct_support (child_id) where ended_on is null;
create index on base.misconduct_support (child_id);

create table base.support_visit (
  visit_id uuid primary key,
  support_id uuid not null references base.misconduct_support,
  -- whom: SELF, FAMILY, SCHOOL, COMMUNITY
  party text not null,
  helps text[] not null,
  visited_at timestamptz not null,
  visited_by text not null,
  agency text not null,
  note text
);
create index on base.support_visit (support_id, visited_at);
create trigger append_only before update or delete on base.support_visit
  for each row execute function base.refuse_change();
create trigger not_emptied before truncate on base.support_visit execute function base.refuse_change();

create view exposed.misconduct_support as
  select support_id, child_id, lead_agency, helpers, since, next_visit_due, ended_on from base.misconduct_support;
create view exposed.support_visit as
  select visit_id, support_id, party, helps, visited_at, visited_by, agency, note from base.support_visit;
create view work.misconduct_support as
  select support_id, child_id, lead_agency, helpers, since, next_visit_due, ended_on from base.misconduct_support;
create view work.support_visit as
  select visit_id, support_id, party, helps, visited_at, visited_by, agency, note from base.support_visit;
