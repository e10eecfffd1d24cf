import type { Logger } from 'pino';
import { type ReadFault, readFaultOf } from './read-fault';

export type PolledSource = 'JWKS_URI' | 'REVOCATION_LIST';

/** Counts reads by outcome. */
export type ReadObserver = (source: PolledSource, outcome: 'OK' | ReadFault) => void;

export interface PolledOptions<Value> {
  readonly source: PolledSource;
  /** @throws if the source cannot be read or understood. */
  readonly read: () => Promise<Value>;
  /** Interval between reads. */
  readonly everyMilliseconds: number;
  /** Interval after a failed read. */
  readonly retryMilliseconds: number;
  /** How long a value may be used, from the start of the read that returned it. */
  readonly trustMilliseconds: number;
  readonly onRead?: ReadObserver | undefined;
  readonly log: Logger;
  /** Monotonic, milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * A value that is read at intervals in the background. If reads fail, the last value stays in use for a limited time.
 */
export class Polled<Value> {
  private readonly options: PolledOptions<Value>;
  private readonly now: () => number;
  private last: { readonly value: Value; readonly asOf: number } | undefined;
  private triedAt = Number.NEGATIVE_INFINITY;
  private underWay: Promise<void> | undefined;
  private failing: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: PolledOptions<Value>) {
    this.options = options;
    this.now = options.now ?? (() => performance.now());
  }

  /** The last value; undefined if it is too old or no read has succeeded yet. */
  get current(): Value | undefined {
    const { last } = this;
    return last !== undefined && this.now() - last.asOf <= this.options.trustMilliseconds ? last.value : undefined;
  }

  /** Starts reading at intervals; resolves after the first attempt, successful or not. */
  start(): Promise<void> {
    return this.refresh();
  }

  /** Reads now; concurrent calls share one read. Never rejects: see `current` for the result. */
  refresh(): Promise<void> {
    this.underWay ??= this.read().finally(() => {
      this.underWay = undefined;
      this.schedule();
    });
    return this.underWay;
  }

  /** Like `refresh`, but does nothing if the last attempt began less than `retryMilliseconds` ago and has ended. */
  async refreshUnlessTried(): Promise<void> {
    if (this.underWay !== undefined || this.now() - this.triedAt >= this.options.retryMilliseconds)
      await this.refresh();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  // Private:

  private async read(): Promise<void> {
    const { source, read, onRead, log } = this.options;
    this.triedAt = this.now();
    try {
      // Dated from the start of the read: a later change may be missing from it.
      this.last = { asOf: this.triedAt, value: await read() };
      onRead?.(source, 'OK');
      if (this.failing !== undefined) log.info({ source }, 'token-source-available');
      this.failing = undefined;
    } catch (error) {
      const { fault, code } = readFaultOf(error);
      onRead?.(source, fault);
      if (this.failing !== fault) log.error({ source, fault, ...(code && { code }) }, 'token-source-unavailable');
      this.failing = fault;
    }
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    const { everyMilliseconds, retryMilliseconds } = this.options;
    const delay = this.failing === undefined ? everyMilliseconds : retryMilliseconds;
    this.timer = setTimeout(() => void this.refresh(), delay).unref();
  }
}
