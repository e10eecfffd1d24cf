import type { Clock } from '../../shared/domain/clock';
import { ERRORS } from '../../shared/protocol/errors';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { PendingEntry } from './chain-writer';
import { refusedEntry } from './refused-entry';

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
    return refusedEntry({
      caller: null,
      peer: null,
      requests: this.withheld,
      code: 'LEDGER_UNAVAILABLE',
      status: ERRORS.LEDGER_UNAVAILABLE.status,
      since: this.since ?? this.clock(),
    });
  }
}
