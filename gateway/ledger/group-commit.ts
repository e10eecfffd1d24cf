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
/**
 * Maximum size of a batch's texts, in UTF-16 units: entries about many children must not make a transaction take too
 * long.
 */
const LARGEST_BATCH_LENGTH = 4_000_000;
/** Pause between two attempts; milliseconds. */
const PAUSE = 50;
/** Time that a batch waits for entries of requests in progress; milliseconds. */
const GATHERING = 20;

export interface GroupCommitOptions {
  /** Time in which an entry is durable or refused; milliseconds. */
  readonly deadline: number;
  readonly checkpointSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly heads: HeadKeeper;
  readonly writer: (onLost: () => void) => ChainWriter;
}

/** An entry whose request waits until it is durable. */
interface Waiting extends PendingEntry {
  /** By `performance.now()`. */
  readonly until: number;
  settle(error?: Error): void;
}

/** Collects the entries of many requests while one batch is written, and writes them as the next batch. */
export class GroupCommit implements AccessLedger {
  private readonly options: GroupCommitOptions;
  private readonly writer: ChainWriter;
  private readonly outage: Outage;
  private readonly queue = new Set<Waiting>();
  /** All waiting entries in order of arrival, and thus of their deadlines. */
  private readonly waiting = new Set<Waiting>();
  private sweep: NodeJS.Timeout | undefined;
  private lastBatchAt: Date | undefined;
  private uncovered = 0;
  /** The writer's tasks, one after another. */
  private work: Promise<unknown> = Promise.resolve();
  private pumping = false;
  /** Number of entries expected soon, as stated with the latest one. */
  private coming = 0;
  private gathered: (() => void) | undefined;
  private healthy = false;
  /** Causes of the current outage that have been logged. */
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
      this.options.log.error({ event: 'ledger-entry-refused', fault }, 'malformed ledger entry');
      throw failure('LEDGER_UNAVAILABLE');
    }
    const durable = this.enqueue(JSON.stringify(entry));
    this.coming = coming;
    if (coming === 0) this.gathered?.();
    this.pump();
    await durable;
  }

  /** Connects, and writes a checkpoint that a killed gateway left due. @throws LedgerRefusal, or LEDGER_UNAVAILABLE */
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

  /** Refuses entries whose deadline has passed. One timer serves all entries. */
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

  /**
   * Waits for further entries: under load, a round trip for each entry would cost more than the requests themselves.
   */
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

  /** @throws if the database fails. */
  private async reportOutage(): Promise<void> {
    const report = this.outage.batch((before) => this.writer.mayHaveWritten(before));
    if (report.length === 0) return;
    await this.attempt(report);
    this.outage.onWritten();
  }

  /** Retries until the batch is durable, or nobody waits for it any more. */
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
        // A batch that may have been written is retried unchanged; otherwise entries whose deadline has passed are left
        // out.
        if (inTime.length === 0 || !this.writer.mayHaveWritten(batch)) batch = inTime;
      }
    }
  }

  /** @throws if the database fails; logs it once per outage. */
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
    // After a failed write, a successful read does not prove that writing works again.
    if (batch.length === 0 && this.outage.unreported) return;
    this.healthy = true;
    this.refusal = null;
    if (this.told.size > 0) log.info({ event: 'ledger-available' }, 'accesses are recorded again');
    this.told.clear();
  }

  /** Logs each cause once per outage. */
  private tellOutage(error: Error): void {
    // A driver's message can contain values; its code cannot.
    const code = (error as { code?: string }).code ?? error.name;
    if (this.told.has(code)) return;
    this.told.add(code);
    const why = error instanceof LedgerRefusal ? { reason: error.message } : {};
    this.options.log.error({ event: 'ledger-unavailable', code, ...why }, 'accesses cannot be recorded');
  }

  /** Writes due checkpoints even if no more requests come. */
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
