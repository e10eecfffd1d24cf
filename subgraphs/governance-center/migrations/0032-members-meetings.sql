-- Members' meetings are found by region and agency, and counted from this index alone.
create index on base.joint_meeting (held_at, meeting_id) include (region, agencies);
