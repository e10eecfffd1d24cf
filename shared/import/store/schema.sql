-- What imports keep of themselves, the same at every agency: made by the first import, on the role that owns the tables. The
-- roles that a subgraph runs as have no right here, and there is no value of a record in it.
create schema if not exists import;

-- An import of one file: who did it, when, and what came of it. The row of an unfinished one says where it goes on.
create table if not exists import.run (
  run_id bigint generated always as identity primary key,
  kind text not null,
  -- SHA-256 of the file's bytes.
  file_digest text not null,
  -- SHA-256 of all else that decides what a row comes to.
  reading_digest text not null,
  child_id_fingerprint text not null,
  operator text not null,
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  state text not null default 'UNFINISHED' check (state in ('UNFINISHED', 'FINISHED', 'ABANDONED')),
  -- Rows of the file that have been dealt with, and what became of them.
  rows_done integer not null default 0,
  inserted integer not null default 0,
  changed integer not null default 0,
  unchanged integer not null default 0,
  refused integer not null default 0,
  children_added integer not null default 0,
  -- How far the list of refused rows has been written, and the SHA-256 of it.
  report_bytes bigint not null default 0,
  report_digest text not null default ''
);
create unique index if not exists one_unfinished_run on import.run (kind) where state = 'UNFINISHED';

-- Every time that somebody began a run or went on with it.
create table if not exists import.run_session (
  run_id bigint not null references import.run,
  operator text not null,
  began_at timestamptz not null default now()
);

-- Keys of an unfinished run's rows, digested, so that the same row does not come twice.
create table if not exists import.row_key (
  run_id bigint not null references import.run,
  key_digest bytea not null,
  line integer not null,
  primary key (run_id, key_digest)
);
