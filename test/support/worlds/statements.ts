import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';

/** Tells which SQL some work has run, however much else is under way on the same connections. */
export class Statements {
  private readonly running = new AsyncLocalStorage<string[]>();

  /** To be called once for a database. */
  watch(db: Knex): void {
    db.on('query', ({ sql, bindings = [] }: { sql: string; bindings?: readonly unknown[] }) => {
      const [keys] = bindings;
      // Which keys share a statement is a matter of chance: it depends on what happens to be asked for at the same time.
      const all = bindings.length === 1 && Array.isArray(keys) ? keys : [bindings];
      this.running.getStore()?.push(...all.map((key) => `${sql} -- ${JSON.stringify(key)}`));
    });
  }

  /** @returns what came of the work, and its statements with each of their keys, in no order. */
  async of<Result>(work: () => Promise<Result>): Promise<{ result: Result; statements: readonly string[] }> {
    const statements: string[] = [];
    const result = await this.running.run(statements, work);
    return { result, statements: [...new Set(statements)].sort() };
  }
}
