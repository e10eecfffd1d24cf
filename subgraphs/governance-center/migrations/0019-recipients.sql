-- Which agencies receive a clue (未成年人保护法 art. 11): the practice says it by situation when the clue is reported, a case worker
-- can add some. The first leads: it alone learns who reported, and gives the feedback.
alter table base.clue
  -- as rules name agencies; empty for a clue on which the centre alone works
  add column recipients text[] not null default '{}',
  add column lead_recipient text generated always as (recipients[1]) stored;

-- Clues from before, as the practice of that day has it.
alter table base.clue disable trigger due_on_update;
update base.clue set recipients = case situation
  when '监护缺失' then array['civil-affairs']
  when '辍学' then array['education']
  when '离家出走' then array['public-security']
  when '疑似侵害' then array['public-security']
  when '家庭暴力' then array['public-security']
  when '学生欺凌' then array['education']
  when '沉迷网络' then array['education']
  when '其他' then array['civil-affairs']
  else '{}' end;
alter table base.clue enable trigger due_on_update;

-- None is ever taken away, and the lead stays the lead.
create function base.keep_recipients() returns trigger language plpgsql as $$
begin
  if new.recipients[1:cardinality(old.recipients)] is distinct from old.recipients then
    raise exception 'recipients are only added' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;
create trigger recipients_kept before update of recipients on base.clue
  for each row execute function base.keep_recipients();

create index on base.clue using gin (recipients);

create or replace view exposed.clue as
  select clue_id, channel, situation, received_at, region, child_id, case_id, feedback_due, feedback_at,
    receipt_number, facts, feedback, reported_region, recipients, lead_recipient
  from base.clue;
create or replace view work.clue as
  select clue_id, channel, situation, received_at, region, child_id, case_id, feedback_due, feedback_at,
    receipt_number, facts, feedback, reported_region, recipients
  from base.clue;
