import type { Logger } from 'pino';
import { type KnownHead, readHead, writeHead } from './head-file';

/** Interval between two writes of the file, in milliseconds; no answer waits for them. */
const PAUSE = 1_000;

/**
 * Keeps the chain's end in a file that a restored database backup does not affect. Gateways may share a file: an older end
 * never replaces a newer one.
 */
export class HeadKeeper {
  private readonly file: string | undefined;
  private readonly log: Logger;
  private next: KnownHead | undefined;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private failed = false;

  constructor(file: string | undefined, log: Logger) {
    this.file = file;
    this.log = log;
  }

  /** @returns undefined if nothing was kept. @throws if the file cannot be read. */
  async known(): Promise<KnownHead | undefined> {
    await this.write();
    return this.file === undefined ? undefined : readHead(this.file);
  }

  /** Schedules a write within a second. */
  keep(head: KnownHead): void {
    if (this.file === undefined) return;
    this.next = head;
    this.timer ??= setTimeout(() => void this.write(), PAUSE).unref();
  }

  /** Writes pending changes at once. */
  write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.writeNext());
    return this.writing;
  }

  private async writeNext(): Promise<void> {
    const { file, next } = this;
    if (file === undefined || next === undefined) return;
    try {
      const known = await readHead(file);
      if (known === undefined || isNewer(next, known)) await writeHead(file, next);
      if (this.next === next) this.next = undefined;
      this.failed = false;
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      if (!this.failed)
        this.log.error({ event: 'ledger-head-not-kept', code: code ?? name }, 'LEDGER_HEAD_FILE cannot be updated');
      this.failed = true;
    }
  }
}

/** Of two ends with the same number the first one stays: after a break, the number may stand for a lost entry. */
function isNewer(one: KnownHead, other: KnownHead): boolean {
  return one.entry.seq > other.entry.seq || (one.entry.seq === other.entry.seq && one.checkpoint > other.checkpoint);
}
