import { withinDeadline } from '../../domain/within-deadline';
import type { Waiting } from '../../protocol/subgraph-exchange';

/** The methods of knex's own client that are used here; knex does not declare them. */
export interface StatementClient {
  readonly pool: { numUsed(): number; readonly max: number };
  _query(connection: unknown, query: { readonly sql: string }): Promise<unknown>;
  cancelQuery(connection: unknown): Promise<unknown>;
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): Promise<unknown>;
}

/** PostgreSQL's `query_canceled`: a statement took too long. */
export const QUERY_CANCELED = '57014';

/** The same error for a statement that was never sent. */
class NotBegun extends Error {
  readonly code = QUERY_CANCELED;
}

/**
 * Share of the waiting time that is kept for cancelling, which needs a new connection, and for returning the answer.
 */
const LEFT_FOR_THE_ANSWER = 0.2;
const MOST_LEFT_MILLISECONDS = 1_000;
const CANCEL_MILLISECONDS = 5_000;

/**
 * The statements of one request. When its time is nearly up, or the gateway no longer waits, running statements are
 * cancelled in the database and no others begin, so that a slow statement costs only its own field's answer. Only the
 * database itself reports that a statement was slow: if it does not respond at all, the request fails as with a dead
 * database.
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
   * @param connection the connection that is held for the statement.
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
      // Otherwise the cancellation could hit the connection's next statement.
      await cancelled;
    }
  }

  /** Acquires a connection of the pool; waiting for one behind others' statements counts as being slow. */
  acquire(client: StatementClient): Promise<unknown> {
    if (this.over) return Promise.reject(new NotBegun());
    const acquiring = client.acquireConnection();
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        // A pool that is not full is waiting for the database itself, which may be dead.
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

  /** Call once the request is answered. */
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
