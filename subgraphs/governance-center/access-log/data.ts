import type { AccessRow } from './access-log';
import type { AccessDigest, AccessFinding } from './digest';
import type { AccessLook } from './looks';

/** Rows read from the ledger. */
export type AccessLogEntryRow = AccessRow;
export type AccessLookRow = AccessLook;
export type AccessFindingRow = AccessFinding;

/** A digest, whose counts are read only if they are asked for. */
export type AccessDigestRow = AccessDigest;
