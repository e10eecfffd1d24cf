import type { Clock } from '../../shared/domain/clock';
import { ERRORS } from '../../shared/protocol/errors';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { PendingEntry } from './chain-writer';
import { refusedEntry } from './refused-entry';

/**
 * Counts entries that could not be written, whose answers were withheld. The first entry after an outage reports their
 * number. A database that answers but cannot write does not count as recovered.
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

  /** Whether entries were withheld that have not been reported. */
  get unreported(): boolean {
    return this.withheld > 0;
  }

  /**
   * The entries to write first; none if no answer was withheld.
   *
   * @param mayBeWritten whether the previous ones may have been written; they are then repeated unchanged.
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
