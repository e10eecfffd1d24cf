import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';

/** Attributes SQL statements to the work that ran them, even on shared connections. */
export class Statements {
  private readonly running = new AsyncLocalStorage<string[]>();

  /** Must be called once per database. */
  watch(db: Knex): void {
    db.on('query', ({ sql, bindings = [] }: { sql: string; bindings?: readonly unknown[] }) => {
      const [keys] = bindings;
      // Which keys share a statement depends on timing.
      const all = bindings.length === 1 && Array.isArray(keys) ? keys : [bindings];
      this.running.getStore()?.push(...all.map((key) => `${sql} -- ${JSON.stringify(key)}`));
    });
  }

  /** @returns the result, and the statements with each of their keys, unordered. */
  async of<Result>(work: () => Promise<Result>): Promise<{ result: Result; statements: readonly string[] }> {
    const statements: string[] = [];
    const result = await this.running.run(statements, work);
    return { result, statements: [...new Set(statements)].sort() };
  }
}
