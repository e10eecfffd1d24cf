import type { Logger } from 'pino';
import type { Clock } from '../../shared/domain/clock';
import { type ErrorCode, failure } from '../../shared/protocol/errors';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { AccessLedger } from './access-ledger';
import { refusedEntry } from './refused-entry';

/** A request that was rejected before execution. */
export interface Refusal {
  /** Null for an unknown caller. */
  readonly caller: LedgerEntry['caller'];
  /** Address class in CIDR notation; null if the caller is known or the address is not. */
  readonly peer: string | null;
  readonly code: ErrorCode;
  readonly status: number;
  /** Why a token was refused; for the log only. */
  readonly detail: string | null;
}

export interface RefusalCountsOptions {
  /** Undefined until the ledger is open. */
  readonly ledger: () => AccessLedger | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const MINUTE = 60_000;

/** Maximum number of groups per minute; further requests are counted by code only. */
const GROUPS = 100;

/** Number of requests per group and minute that get their own line in the log. */
const LOGGED = 5;

/**
 * Counts rejected requests by minute, code, and caller or address class, and records each count as one ledger entry, so
 * that a flood fills neither ledger nor log. Counted requests reveal nothing of a record, so their answers do not wait; a
 * killed process loses the counts of the current minute.
 */
export class RefusalCounts {
  private readonly options: RefusalCountsOptions;
  private groups = new Map<string, Group>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: RefusalCountsOptions) {
    this.options = options;
  }

  /** @returns whether the request gets its own line in the log. */
  count(refusal: Refusal): boolean {
    const group = this.groupOf(refusal);
    group.requests += 1;
    this.timer ??= setTimeout(() => void this.record(), MINUTE).unref();
    return group.requests <= LOGGED;
  }

  /** Records all counts so far. Counts that cannot be recorded are kept and retried. */
  async record(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const counted = this.groups;
    this.groups = new Map();
    await Promise.all([...counted.values()].map((group) => this.recordGroup(group)));
  }

  // Private:

  private groupOf({ detail, ...refusal }: Refusal): Group {
    const { caller, peer, code, status } = refusal;
    const key = JSON.stringify([caller?.id, peer, code, status, detail]);
    const known = this.groups.get(key);
    if (known !== undefined) return known;
    if (this.groups.size >= GROUPS)
      return this.added(`others ${code}`, { ...refusal, caller: null, peer: null, detail: null });
    return this.added(key, { ...refusal, detail });
  }

  private added(key: string, refusal: Refusal): Group {
    const group = this.groups.get(key) ?? { refusal, requests: 0, since: this.options.clock() };
    this.groups.set(key, group);
    return group;
  }

  private async recordGroup(group: Group): Promise<void> {
    const { ledger, log } = this.options;
    const { caller, peer, code, status, detail } = group.refusal;
    try {
      const open = ledger();
      if (open === undefined) throw failure('NOT_READY');
      await open.record(refusedEntry({ caller, peer, code, status, requests: group.requests, since: group.since }));
      const told = { requests: group.requests, peer, code, status, ...(caller && { caller: caller.id }) };
      log.info(
        { event: 'requests-refused', ...told, ...(detail !== null && { token: detail }) },
        'requests were refused',
      );
    } catch {
      this.groupOf(group.refusal).requests += group.requests;
      this.timer ??= setTimeout(() => void this.record(), MINUTE).unref();
    }
  }
}

interface Group {
  readonly refusal: Refusal;
  readonly since: Date;
  requests: number;
}
