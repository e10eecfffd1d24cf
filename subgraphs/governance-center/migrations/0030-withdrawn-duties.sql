-- A duty has a generated column, which is empty in a trigger before an update: the old row and the new one are compared after it,
-- when both are complete. Like before, a duty is withdrawn once, and not changed in any other way.
drop trigger withdrawn_only on base.duty;
create trigger withdrawn_only after update on base.duty
  for each row execute function base.refuse_all_but_withdrawal();
