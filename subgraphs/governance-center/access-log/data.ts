import type { AccessRow } from './access-log';
import type { AccessFinding } from './digest';
import type { AccessLook } from './looks';

/** Rows read from the ledger. */
export type AccessLogEntryRow = AccessRow;
export type AccessLookRow = AccessLook;
export type AccessFindingRow = AccessFinding;
