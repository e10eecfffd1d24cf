import type { Logger } from 'pino';
import type { Clock } from '../../shared/domain/clock';
import { type ErrorCode, failure } from '../../shared/protocol/errors';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { AccessLedger } from './access-ledger';
import { refusedEntry } from './refused-entry';

/** A request that was turned away before anything was asked for. */
export interface Refusal {
  /** Null where nobody knows who asks. */
  readonly caller: LedgerEntry['caller'];
  /** The class of the address, in CIDR notation; null where the caller is known, or the address is not. */
  readonly peer: string | null;
  readonly code: ErrorCode;
  readonly status: number;
  /** What the log tells apart besides: why a token was refused. */
  readonly detail: string | null;
}

export interface RefusalCountsOptions {
  /** Undefined before there is one. */
  readonly ledger: () => AccessLedger | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

const MINUTE = 60_000;

/** Of one minute; what comes besides, from whomever, is counted by its code alone. */
const GROUPS = 100;

/** How many requests of a group have a line of their own in the log, each minute. */
const LOGGED = 5;

/**
 * Counts requests that were turned away, by minute, code, and caller or class of addresses, and records each count as one
 * entry of the ledger: a flood of them must fill neither ledger nor log. What is counted tells nothing of anybody's record,
 * so that its answer does not wait; a process that is killed loses the counts of the minute under way.
 */
export class RefusalCounts {
  private readonly options: RefusalCountsOptions;
  private groups = new Map<string, Group>();
  private timer: NodeJS.Timeout | undefined;

  constructor(options: RefusalCountsOptions) {
    this.options = options;
  }

  /** @returns whether it may have a line of its own in the log. */
  count(refusal: Refusal): boolean {
    const group = this.groupOf(refusal);
    group.requests += 1;
    this.timer ??= setTimeout(() => void this.record(), MINUTE).unref();
    return group.requests <= LOGGED;
  }

  /** Records what was counted so far. What cannot be recorded stays, and is recorded with what comes. */
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
