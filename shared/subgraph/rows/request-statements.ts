import { withinDeadline } from '../../domain/within-deadline';
import type { Waiting } from '../../protocol/subgraph-exchange';

/** What knex's own client does, as far as it is of use here; its types leave it out. */
export interface StatementClient {
  readonly pool: { numUsed(): number; readonly max: number };
  _query(connection: unknown, query: { readonly sql: string }): Promise<unknown>;
  cancelQuery(connection: unknown): Promise<unknown>;
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): Promise<unknown>;
}

/** PostgreSQL's `query_canceled`: a statement took longer than it may. */
export const QUERY_CANCELED = '57014';

/** The same of a statement that was not even sent. */
class NotBegun extends Error {
  readonly code = QUERY_CANCELED;
}

/** Of the time that an answer is waited for, what is left to cancel, which takes a new connection, and to bring it there. */
const LEFT_FOR_THE_ANSWER = 0.2;
const MOST_LEFT_MILLISECONDS = 1_000;
const CANCEL_MILLISECONDS = 5_000;

/**
 * The statements of one request. Once its time is nearly up, or nobody waits for it any more, those under way are cancelled
 * in the database, and no other begins: a slow one costs its field the answer, and nobody else the database. That one was
 * slow is the database's own word: where it says nothing at all, whoever asks finds out that it is dead.
 */
export class RequestStatements {
  private readonly underWay = new Set<() => void>();
  private readonly signal: AbortSignal | undefined;
  private readonly timer: NodeJS.Timeout | undefined;
  private over = false;

  constructor({ milliseconds, signal }: Waiting) {
    this.signal = signal;
    if (signal?.aborted) this.over = true;
    signal?.addEventListener('abort', this.stop);
    if (milliseconds === undefined) return;
    const reserve = Math.min(milliseconds * LEFT_FOR_THE_ANSWER, MOST_LEFT_MILLISECONDS);
    this.timer = setTimeout(this.stop, milliseconds - reserve);
  }

  /**
   * @param connection that is held for it.
   * @param send sends the statement.
   */
  async run(client: StatementClient, connection: unknown, send: () => Promise<unknown>): Promise<unknown> {
    if (this.over) throw new NotBegun();
    let cancelled: Promise<unknown> | undefined;
    const cancel = () => {
      cancelled = withinDeadline(CANCEL_MILLISECONDS, client.cancelQuery(connection)).catch(() => undefined);
    };
    this.underWay.add(cancel);
    try {
      return await send();
    } finally {
      this.underWay.delete(cancel);
      // The connection's next statement must not be what is cancelled.
      await cancelled;
    }
  }

  /** A connection of the pool; waiting for one behind others' statements counts as being slow. */
  acquire(client: StatementClient): Promise<unknown> {
    if (this.over) return Promise.reject(new NotBegun());
    const acquiring = client.acquireConnection();
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        // A pool that is not full waits for the database itself, which may be dead.
        if (!this.signal?.aborted && !isFull(client)) return;
        reject(new NotBegun());
        acquiring.then((connection) => client.releaseConnection(connection)).catch(() => undefined);
      };
      const done = () => this.underWay.delete(giveUp);
      this.underWay.add(giveUp);
      acquiring.then(
        (connection) => {
          done();
          resolve(connection);
        },
        (error) => {
          done();
          reject(error);
        },
      );
    });
  }

  /** The request is answered. */
  close(): void {
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this.stop);
  }

  private readonly stop = (): void => {
    this.over = true;
    clearTimeout(this.timer);
    for (const call of [...this.underWay]) call();
  };
}

function isFull({ pool }: StatementClient): boolean {
  return pool.numUsed() >= pool.max;
}
