import type { AccessRow } from './access-log';
import type { AccessFinding } from './digest';
import type { AccessLook } from './looks';

/** What is found in the ledger. */
export type AccessLogEntryRow = AccessRow;
export type AccessLookRow = AccessLook;
export type AccessFindingRow = AccessFinding;
