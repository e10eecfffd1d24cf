import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock';
import type { LedgerEntry } from '../../shared/ledger-entry';
import type { PendingEntry } from './chain-writer';

/**
 * Entries that could not be written, and whose answers were withheld. The first thing that is written afterwards says how
 * many: a database that answers, and has no room to write, is not taken for one that is back.
 */
export class Outage {
  private readonly clock: Clock;
  private since: Date | undefined;
  private withheld = 0;
  private report: readonly PendingEntry[] = [];
  private reported = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  onWithheld(): void {
    this.since ??= this.clock();
    this.withheld += 1;
  }

  /** Whether there is anything to say. */
  get unreported(): boolean {
    return this.withheld > 0;
  }

  /**
   * What must be written before anything else; nothing where no answer was withheld.
   *
   * @param mayBeWritten whether what was given before may have been written: it is given again then, as it was.
   */
  batch(mayBeWritten: (before: readonly PendingEntry[]) => boolean): readonly PendingEntry[] {
    if (this.withheld === 0 || mayBeWritten(this.report)) return this.report;
    this.reported = this.withheld;
    this.report = [{ body: JSON.stringify(this.entry()) }];
    return this.report;
  }

  onWritten(): void {
    this.withheld -= this.reported;
    this.since = this.withheld > 0 ? this.clock() : undefined;
    [this.report, this.reported] = [[], 0];
  }

  private entry(): LedgerEntry {
    return {
      v: 2,
      requestId: randomUUID(),
      stage: 'refused',
      time: (this.since ?? this.clock()).toISOString(),
      peer: null,
      requests: this.withheld,
      caller: null,
      purpose: null,
      reference: null,
      approvedBy: null,
      operation: { kind: null, name: null, hash: null },
      rules: '',
      children: [],
      looks: [],
      emergency: null,
      outcome: { status: 503, codes: ['LEDGER_UNAVAILABLE'] },
      milliseconds: null,
      lookups: null,
    };
  }
}
