import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../../shared/protocol/errors';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';

/** Requests that were rejected before execution. */
export interface RefusedRequests extends Pick<LedgerEntry, 'caller' | 'peer' | 'requests'> {
  readonly code: ErrorCode;
  readonly status: number;
  /** Time of the first one. */
  readonly since: Date;
}

/** One entry for all of them. */
export function refusedEntry({ caller, peer, requests, code, status, since }: RefusedRequests): LedgerEntry {
  return {
    v: 2,
    requestId: randomUUID(),
    stage: 'refused',
    time: since.toISOString(),
    peer,
    requests,
    caller,
    purpose: null,
    reference: null,
    approvedBy: null,
    operation: { kind: null, name: null, hash: null },
    // No rules were applied.
    rules: '',
    children: [],
    looks: [],
    emergency: null,
    outcome: { status, codes: [code] },
    milliseconds: null,
    lookups: null,
  };
}
