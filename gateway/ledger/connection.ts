import { Client, type ClientConfig, type QueryArrayResult, type QueryResult } from 'pg';

/** Timeouts of the ledger's database connection, in milliseconds. */
export interface Patience {
  readonly connecting: number;
  /** For one round trip; 0 for none. */
  readonly answer: number;
}

/** A single connection, without a pool: the writer must know the state of its connection. */
export class LedgerConnection {
  private readonly client: Client;

  private constructor(client: Client) {
    this.client = client;
  }

  static async open(url: string, patience: Patience): Promise<LedgerConnection> {
    const config: ClientConfig = {
      connectionString: url,
      application_name: 'unified-child-record ledger',
      connectionTimeoutMillis: patience.connecting,
      keepAlive: true,
      // Overrides the server's default: committed data must survive a crash.
      options:
        '-c synchronous_commit=on -c timezone=UTC -c datestyle=ISO -c default_transaction_isolation=read\\ committed',
      ...(patience.answer > 0 && {
        query_timeout: patience.answer,
        statement_timeout: patience.answer,
        // A gateway that hangs in a transaction must not stop all others.
        idle_in_transaction_session_timeout: patience.answer,
      }),
    };
    const client = new Client(config);
    const connection = new LedgerConnection(client);
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      connection.drop();
      throw error;
    }
    return connection;
  }

  onLost(listener: () => void): void {
    this.client.on('error', listener);
    this.client.on('end', listener);
  }

  /** Several statements in one round trip. @returns the result of each. */
  async script(sql: string): Promise<readonly QueryResult[]> {
    const results = (await this.client.query(sql)) as unknown as QueryResult | QueryResult[];
    return Array.isArray(results) ? results : [results];
  }

  async rows<Row>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.client.query(sql, [...values])).rows as Row[];
  }

  /** Runs a prepared statement. */
  async prepared<Row>(name: string, text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.client.query({ name, text, values: [...values] })).rows as Row[];
  }

  /** Rows as arrays, at half the cost of objects. */
  async arrays(sql: string): Promise<readonly (readonly unknown[])[]> {
    return ((await this.client.query({ text: sql, rowMode: 'array' })) as QueryArrayResult).rows;
  }

  /** Closes the socket without a message: after a fault the connection's state is unknown. */
  drop(): void {
    (this.client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}
