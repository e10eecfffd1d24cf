import type { Logger } from 'pino';
import { type ReadFault, readFaultOf } from './read-fault';

export type PolledSource = 'JWKS_URI' | 'REVOCATION_LIST';

/** Counts readings. */
export type ReadObserver = (source: PolledSource, outcome: 'OK' | ReadFault) => void;

export interface PolledOptions<Value> {
  readonly source: PolledSource;
  /** @throws where it cannot be read or understood. */
  readonly read: () => Promise<Value>;
  /** How often it is read. */
  readonly everyMilliseconds: number;
  /** How soon again, after that has failed. */
  readonly retryMilliseconds: number;
  /** How long what was read may be used. */
  readonly trustMilliseconds: number;
  readonly onRead?: ReadObserver | undefined;
  readonly log: Logger;
  /** Monotonic, milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** What is read again and again in the background, and used for a while after it could last be read. */
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

  /** What was last read; undefined where that is too long ago, or has never been possible. */
  get current(): Value | undefined {
    const { last } = this;
    return last !== undefined && this.now() - last.asOf <= this.options.trustMilliseconds ? last.value : undefined;
  }

  /** Reads it from now on. @returns once it was read for the first time, or that has failed. */
  start(): Promise<void> {
    return this.refresh();
  }

  /** Reads it now; those who ask meanwhile share the reading. Never rejects: `current` has what there is. */
  refresh(): Promise<void> {
    this.underWay ??= this.read().finally(() => {
      this.underWay = undefined;
      this.schedule();
    });
    return this.underWay;
  }

  /** The same, unless it was tried less than `retryMilliseconds` ago: then nothing, unless it is under way. */
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
      // As of its beginning: what changes while it is read may be missing.
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
