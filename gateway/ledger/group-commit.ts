import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/domain/clock';
import { withinDeadline } from '../../shared/domain/within-deadline';
import { failure } from '../../shared/protocol/errors';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { AccessLedger, LedgerFigures } from './access-ledger';
import type { ChainWriter, PendingEntry } from './chain-writer';
import { faultOf } from './entry';
import type { HeadKeeper } from './head-keeper';
import { LedgerRefusal, type LedgerRefusalReason } from './ledger-refusal';
import { Outage } from './outage';

const LARGEST_BATCH = 500;
/** Of the texts in a batch, in UTF-16 units: entries over many children must not make a transaction too long. */
const LARGEST_BATCH_LENGTH = 4_000_000;
/** Between two tries; milliseconds. */
const PAUSE = 50;
/** How long a batch waits for entries of requests that are under way; milliseconds. */
const GATHERING = 20;

export interface GroupCommitOptions {
  /** Within which an entry is durable or refused; milliseconds. */
  readonly deadline: number;
  readonly checkpointSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly heads: HeadKeeper;
  readonly writer: (onLost: () => void) => ChainWriter;
}

/** Somebody who waits until an entry is durable. */
interface Waiting extends PendingEntry {
  /** By `performance.now()`. */
  readonly until: number;
  settle(error?: Error): void;
}

/** Gathers the entries of many requests while one batch is written, and writes them as the next. */
export class GroupCommit implements AccessLedger {
  private readonly options: GroupCommitOptions;
  private readonly writer: ChainWriter;
  private readonly outage: Outage;
  private readonly queue = new Set<Waiting>();
  /** All who wait, the first to come first: their deadlines are as far away. */
  private readonly waiting = new Set<Waiting>();
  private sweep: NodeJS.Timeout | undefined;
  private lastBatchAt: Date | undefined;
  private uncovered = 0;
  /** What is done with the writer, one after the other. */
  private work: Promise<unknown> = Promise.resolve();
  private pumping = false;
  /** How many more entries will come soon, as of the last that came. */
  private coming = 0;
  private gathered: (() => void) | undefined;
  private healthy = false;
  /** Causes of the outage that is under way, as the log has them. */
  private readonly told = new Set<string>();
  private refusal: LedgerRefusalReason | null = null;
  private probe: Promise<void> | undefined;
  private checkpointTimer: NodeJS.Timeout | undefined;
  private closed: Promise<void> | undefined;

  constructor(options: GroupCommitOptions) {
    this.options = options;
    this.outage = new Outage(options.clock);
    this.writer = options.writer(() => {
      this.healthy = false;
    });
  }

  async record(entry: LedgerEntry, coming = 0): Promise<void> {
    if (this.closed !== undefined) throw failure('LEDGER_UNAVAILABLE');
    const fault = faultOf(entry);
    if (fault !== undefined) {
      this.options.log.error({ event: 'ledger-entry-refused', fault }, 'an entry is not as the ledger has it');
      throw failure('LEDGER_UNAVAILABLE');
    }
    const durable = this.enqueue(JSON.stringify(entry));
    this.coming = coming;
    if (coming === 0) this.gathered?.();
    this.pump();
    await durable;
  }

  /**
   * Has its connection for the first batch then, and what a killed gateway left without a checkpoint gets it.
   *
   * @throws LedgerRefusal, or LEDGER_UNAVAILABLE
   */
  async start(): Promise<void> {
    try {
      await withinDeadline(
        this.options.deadline,
        this.exclusively(() => this.attempt([])),
      );
    } catch (error) {
      throw error instanceof LedgerRefusal ? error : failure('LEDGER_UNAVAILABLE');
    }
  }

  async ready(): Promise<void> {
    if (this.closed !== undefined) throw failure('LEDGER_UNAVAILABLE');
    if (this.healthy) return;
    this.probe ??= this.exclusively(() => this.tryAgain()).finally(() => {
      this.probe = undefined;
    });
    await withinDeadline(this.options.deadline, this.probe).catch(() => {
      throw failure('LEDGER_UNAVAILABLE');
    });
  }

  figures(): LedgerFigures {
    const { healthy: up, waiting, lastBatchAt, uncovered } = this;
    const [oldest] = waiting;
    const oldestWaiting = oldest ? performance.now() - (oldest.until - this.options.deadline) : 0;
    const { lastCheckpointAt, clockDifference, ahead } = this.writer;
    return {
      up,
      waiting: waiting.size,
      oldestWaiting,
      lastBatchAt,
      uncovered,
      lastCheckpointAt,
      clockDifference,
      ahead,
      refusal: this.refusal,
    };
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  // Private:

  private enqueue(body: string): Promise<void> {
    const { deadline } = this.options;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        body,
        until: performance.now() + deadline,
        settle: (error) => {
          this.waiting.delete(waiting);
          if (error === undefined) return resolve();
          this.outage.onWithheld();
          reject(error);
        },
      };
      this.queue.add(waiting);
      this.waiting.add(waiting);
      this.sweep ??= setTimeout(() => this.refuseLate(), deadline);
    });
  }

  /** One timer for all who wait. */
  private refuseLate(): void {
    this.sweep = undefined;
    for (const waiting of this.waiting) {
      const left = waiting.until - performance.now();
      if (left > 0) {
        this.sweep = setTimeout(() => this.refuseLate(), Math.ceil(left));
        return;
      }
      this.queue.delete(waiting);
      waiting.settle(failure('LEDGER_UNAVAILABLE'));
    }
  }

  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    void this.exclusively(async () => {
      while (this.queue.size > 0) {
        if (this.coming > 0) await this.gather();
        await this.commit(this.nextBatch());
        if (this.healthy) await this.reportOutage().catch(() => undefined);
      }
      this.pumping = false;
    });
  }

  /** A round trip for each entry would cost more than what it records: under load, one waits for others. */
  private async gather(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.gathered = resolve;
      setTimeout(resolve, GATHERING);
    });
    this.gathered = undefined;
  }

  private nextBatch(): readonly Waiting[] {
    const batch: Waiting[] = [];
    let length = 0;
    for (const waiting of this.queue) {
      length += waiting.body.length;
      if (batch.length > 0 && (batch.length === LARGEST_BATCH || length > LARGEST_BATCH_LENGTH)) break;
      batch.push(waiting);
      this.queue.delete(waiting);
    }
    return batch;
  }

  private async tryAgain(): Promise<void> {
    if (!this.healthy) await this.reportOutage();
    if (!this.healthy) await this.attempt([]);
  }

  /** @throws where the database did not do it. */
  private async reportOutage(): Promise<void> {
    const report = this.outage.batch((before) => this.writer.mayHaveWritten(before));
    if (report.length === 0) return;
    await this.attempt(report);
    this.outage.onWritten();
  }

  /** Tries until the batch is durable, or nobody waits for it any more. */
  private async commit(first: readonly Waiting[]): Promise<void> {
    for (let batch = first; batch.length > 0; ) {
      try {
        await this.attempt(batch);
        this.lastBatchAt = new Date();
        for (const waiting of batch) waiting.settle();
        return;
      } catch {
        await sleep(PAUSE);
        const inTime = batch.filter(({ until }) => performance.now() < until);
        // What may have been written is asked about as it was; what was not is written without those who were refused.
        if (inTime.length === 0 || !this.writer.mayHaveWritten(batch)) batch = inTime;
      }
    }
  }

  /** @throws where the database did not do it; says so once per outage. */
  private async attempt(batch: readonly PendingEntry[], closing = false): Promise<void> {
    const { log } = this.options;
    try {
      this.uncovered = await this.writer.write(batch, closing);
      this.awaitCheckpoint(this.uncovered);
    } catch (error) {
      this.healthy = false;
      this.refusal = error instanceof LedgerRefusal ? error.code : null;
      this.tellOutage(error as Error);
      throw error;
    }
    // Where entries could not be written, reading alone does not prove that they can be now.
    if (batch.length === 0 && this.outage.unreported) return;
    this.healthy = true;
    this.refusal = null;
    if (this.told.size > 0) log.info({ event: 'ledger-available' }, 'accesses are recorded again');
    this.told.clear();
  }

  /** Each cause once per outage, however often it is met. */
  private tellOutage(error: Error): void {
    // The message of a driver can hold values; its code cannot.
    const code = (error as { code?: string }).code ?? error.name;
    if (this.told.has(code)) return;
    this.told.add(code);
    const why = error instanceof LedgerRefusal ? { reason: error.message } : {};
    this.options.log.error({ event: 'ledger-unavailable', code, ...why }, 'accesses cannot be recorded');
  }

  /** Entries get their checkpoint in time when nobody asks for anything any more, too. */
  private awaitCheckpoint(uncovered: number): void {
    clearTimeout(this.checkpointTimer);
    this.checkpointTimer = undefined;
    if (uncovered > 0) this.checkpointLater();
  }

  private checkpointLater(): void {
    if (this.closed !== undefined) return;
    this.checkpointTimer = setTimeout(
      () => {
        this.exclusively(() => this.attempt([])).catch(() => this.checkpointLater());
      },
      this.options.checkpointSeconds * 1_000 + PAUSE,
    );
    this.checkpointTimer.unref();
  }

  private async end(): Promise<void> {
    clearTimeout(this.checkpointTimer);
    await this.exclusively(() => this.attempt([], true)).catch(() => undefined);
    await this.writer.close();
    await this.options.heads.write();
    clearTimeout(this.sweep);
  }

  /** The writer does one thing at a time. */
  private exclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.work.then(task, task);
    this.work = result.catch(() => undefined);
    return result;
  }
}
