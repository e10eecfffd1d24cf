-- Where the chain goes on after a part of it was lost, as by a restored backup, or after its end lay in the future: signed like
-- a checkpoint, and made by the owner alone. No number that was given before is given again.
create table ledger.resumption (
  number bigint primary key,
  -- The last entry that is there.
  after_seq bigint not null,
  after_hash bytea not null,
  -- The last that was known; the same where none is lost.
  lost_seq bigint not null,
  lost_hash bytea not null,
  -- The last checkpoint that was known.
  checkpoint bigint not null,
  at timestamptz(3) not null,
  ordered_by text not null,
  algorithm text not null,
  key_id text not null,
  signature bytea not null
);
