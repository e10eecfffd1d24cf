import type { ClientBase } from 'pg';
import { copyRows, type Row } from '../../db/copy-rows';
import { quoteIdentifier } from '../../db/migrate';
import type { Kind } from '../mapping/mapping';
import { ImportRefused } from '../refused';
import type { Header } from '../rows/header';
import type { ReadRow } from '../rows/read-row';
import type { Fault, Reason } from '../rows/reasons';
import type { Counts } from './counts';

/** A valid row with its key digest: 16 bytes, hexadecimal. */
export interface KeyedRow extends ReadRow {
  readonly childId: string;
  readonly keyDigest: string;
}

export interface BatchResult {
  readonly counts: Omit<Counts, 'refused'>;
  /** Rows that the register refuses, by line. */
  readonly refused: ReadonlyMap<number, Fault>;
}

export interface BatchTableOptions {
  readonly client: ClientBase;
  readonly kind: Kind;
  readonly header: Header;
  readonly roster: string;
  /** The table of keys of processed rows, as SQL names it, and the run that they belong to. */
  readonly keys: { readonly table: string; readonly run: string };
  /** Whether to write only to temporary tables. Finds the same faults. */
  readonly dryRun: boolean;
}

/**
 * A batch of rows in the database: copied into a temporary table, compared with the register, and taken over, in a
 * fixed number of statements.
 */
export class BatchTable {
  private readonly options: BatchTableOptions;
  /** Columns of the kind's table, in the order of COPY. */
  private readonly columns: readonly string[];
  /** Columns of the roster. */
  private readonly childColumns: readonly string[];
  private readonly target: string;
  private readonly roster: string;
  private readonly ofRoster: boolean;

  private constructor(options: BatchTableOptions) {
    const { kind, header, roster } = options;
    this.options = options;
    this.columns = header.columns.flatMap(({ column: { to } }) => to ?? []);
    this.childColumns = header.columns.flatMap(({ column: { child } }) => child ?? []);
    this.target = `base.${quoteIdentifier(kind.table)}`;
    this.roster = `base.${quoteIdentifier(roster)}`;
    this.ofRoster = kind.table === roster;
  }

  /** Must run outside of any transaction. @throws {ImportRefused} if the database lacks the tables or columns. */
  static async create(options: BatchTableOptions): Promise<BatchTable> {
    const batch = new BatchTable(options);
    const { client, kind } = options;
    try {
      await client.query(
        `create temporary table batch on commit delete rows as
         select 0 as line, ''::bytea as key_digest, c.child_id, c.id_number,
           ''::text as refusal, 0 as other_line, ''::text as outcome
           ${batch.columns.map((name) => `, t.${quoteIdentifier(name)}`).join('')}
           ${batch.childColumns.map((name) => `, c.${quoteIdentifier(name)} as ${ofChild(name)}`).join('')}
         from ${batch.target} t, ${batch.roster} c with no data`,
      );
      await client.query(
        `create temporary table added_child on commit preserve rows as
         select child_id ${batch.childColumns.map((name) => `, ${quoteIdentifier(name)}`).join('')} from ${batch.roster} with no data`,
      );
      await client.query('alter table pg_temp.added_child add primary key (child_id)');
    } catch (error) {
      if (!UNDEFINED.includes((error as { code?: string }).code ?? '')) throw error;
      throw new ImportRefused(
        `The database has no table ${batch.target} with the columns that the mapping names (${kind.title}): start the subgraph once, so that it migrates.`,
      );
    }
    return batch;
  }

  /** Must run inside a transaction. */
  async store(rows: readonly KeyedRow[]): Promise<BatchResult> {
    const { client, dryRun } = this.options;
    if (rows.length === 0)
      return { counts: { inserted: 0, changed: 0, unchanged: 0, childrenAdded: 0 }, refused: new Map() };
    // Blocks other writers of the compared tables, but no readers.
    if (!dryRun) await client.query(`lock table ${this.roster}, ${this.target} in share row exclusive mode`);
    await copyRows(
      client,
      'batch',
      rows.map((row) => this.batchRow(row)),
      'pg_temp',
    );
    await this.refuseDuplicates();
    const childrenAdded = this.ofRoster ? 0 : await this.addChildren();
    if (!this.ofRoster) await this.refuseChildren();
    await this.compare();
    if (!dryRun) await this.takeOver();
    const refused = await this.refusals();
    const { rows: outcomes } = await client.query(
      `select outcome, count(*)::integer as count from batch where refusal is null group by outcome`,
    );
    const count = (outcome: string): number => outcomes.find((row) => row.outcome === outcome)?.count ?? 0;
    return {
      counts: { inserted: count('inserted'), changed: count('changed'), unchanged: count('unchanged'), childrenAdded },
      refused,
    };
  }

  private batchRow({ line, idNumber, childId, keyDigest, values, child }: KeyedRow): Row {
    return {
      line,
      key_digest: `\\x${keyDigest}`,
      child_id: childId,
      id_number: idNumber,
      ...Object.fromEntries(this.columns.map((name) => [name, values[name] ?? null])),
      ...Object.fromEntries(this.childColumns.map((name) => [`of_child_${name}`, child[name] ?? null])),
    };
  }

  /** Takes only the first of several rows with the same key: a person must decide which one is right. */
  private async refuseDuplicates(): Promise<void> {
    const { client, keys } = this.options;
    await client.query(
      `insert into ${keys.table} (run_id, key_digest, line)
       select ${keys.run}, key_digest, line from batch order by line on conflict do nothing`,
    );
    await client.query(
      `update batch set refusal = 'DUPLICATE', other_line = k.line
       from ${keys.table} k where k.run_id = ${keys.run} and k.key_digest = batch.key_digest and k.line <> batch.line`,
    );
  }

  /** Adds unknown children to the roster if their rows have what it needs. */
  private async addChildren(): Promise<number> {
    const { client, dryRun } = this.options;
    if (this.childColumns.length === 0) return 0;
    const names = this.childColumns.map(quoteIdentifier).join(', ');
    const given = this.childColumns.map(ofChild);
    const { rowCount } = await client.query(
      `insert into ${dryRun ? 'added_child' : this.roster} (child_id, ${dryRun ? '' : 'id_number, '}${names})
       select distinct on (child_id) child_id, ${dryRun ? '' : 'id_number, '}${given.join(', ')} from batch
       where refusal is null and ${given.map((name) => `${name} is not null`).join(' and ')}
         and not exists (select 1 from ${this.knownChildren()} c where c.child_id = batch.child_id)
       order by child_id, line`,
    );
    return rowCount ?? 0;
  }

  private async refuseChildren(): Promise<void> {
    const { client } = this.options;
    await client.query(
      `update batch set refusal = 'CHILD_UNKNOWN'
       where refusal is null and not exists (select 1 from ${this.knownChildren()} c where c.child_id = batch.child_id)`,
    );
    if (this.childColumns.length === 0) return;
    const differs = this.childColumns
      .map((name) => `batch.${ofChild(name)} <> c.${quoteIdentifier(name)}`)
      .join(' or ');
    await client.query(
      `update batch set refusal = 'CHILD_DIFFERS'
       from ${this.knownChildren()} c where refusal is null and c.child_id = batch.child_id and (${differs})`,
    );
  }

  /** The roster; in a dry run with the children that it would get. */
  private knownChildren(): string {
    if (!this.options.dryRun || this.ofRoster) return this.roster;
    const columns = ['child_id', ...this.childColumns.map(quoteIdentifier)].join(', ');
    return `(select ${columns} from ${this.roster} union all select ${columns} from added_child)`;
  }

  /** Compares each row with the register. A column that the file lacks stays unchanged. */
  private async compare(): Promise<void> {
    const { client } = this.options;
    const compared = this.changing();
    const same =
      compared.length === 0
        ? 'true'
        : `(${compared.map((name) => `t.${name}`).join(', ')}) is not distinct from (${compared.map((name) => `b.${name}`).join(', ')})`;
    await client.query(
      `update batch set
         outcome = case when found.rows = 0 then 'inserted' when found.same then 'unchanged' else 'changed' end,
         refusal = case when found.rows > 1 then 'AMBIGUOUS' end
       from (
         select b.line, count(t.child_id) as rows, bool_and(${same}) as same
         from batch b left join ${this.target} t on ${this.joined()} where b.refusal is null group by b.line
       ) found where found.line = batch.line`,
    );
  }

  private async takeOver(): Promise<void> {
    const { client } = this.options;
    const changing = this.changing();
    if (changing.length > 0) {
      await client.query(
        `update ${this.target} t set ${changing.map((name) => `${name} = b.${name}`).join(', ')}
         from batch b where ${this.joined()} and b.refusal is null and b.outcome = 'changed'`,
      );
    }
    const columns = ['child_id', ...(this.ofRoster ? ['id_number'] : []), ...this.columns.map(quoteIdentifier)].join(
      ', ',
    );
    await client.query(
      `insert into ${this.target} (${columns})
       select ${columns} from batch where refusal is null and outcome = 'inserted' order by line`,
    );
  }

  private async refusals(): Promise<ReadonlyMap<number, Fault>> {
    const { rows } = await this.options.client.query(
      'select line, refusal, other_line from batch where refusal is not null',
    );
    const { header } = this.options;
    const idNumber = header.columns.find(({ column: { type } }) => type === 'id-number')?.column.header;
    const ofChildren = header.columns.find(({ column: { child } }) => child !== undefined)?.column.header;
    const columnOf = (reason: Reason) =>
      reason === 'CHILD_UNKNOWN' ? idNumber : reason === 'CHILD_DIFFERS' ? ofChildren : undefined;
    return new Map(
      rows.map(({ line, refusal, other_line }) => [
        line,
        { column: columnOf(refusal), reason: refusal, ...(refusal === 'DUPLICATE' && { detail: String(other_line) }) },
      ]),
    );
  }

  /** Compares texts of keys in canonical form, like `shared/domain/visible-text.ts`. */
  private joined(): string {
    const { kind } = this.options;
    const texts = new Set(kind.columns.filter(({ type }) => type === 'text').map(({ to }) => to));
    return kind.key
      .map((name) => {
        const column = quoteIdentifier(name);
        const equal = `t.${column} = b.${column}`;
        return texts.has(name)
          ? `(${equal} or ${comparableSql(`t.${column}`)} = ${comparableSql(`b.${column}`)})`
          : equal;
      })
      .join(' and ');
  }

  /** Columns of the file outside the key. */
  private changing(): readonly string[] {
    return this.columns.filter((name) => !this.options.kind.key.includes(name)).map(quoteIdentifier);
  }
}

// Private:

/** No such table, column or schema. */
const UNDEFINED: readonly string[] = ['42P01', '42703', '3F000'];

function ofChild(column: string): string {
  return quoteIdentifier(`of_child_${column}`);
}

/** NFKC, without variation selectors. */
function comparableSql(column: string): string {
  return `normalize(regexp_replace(${column}, '[\\uFE00-\\uFE0F\\U000E0100-\\U000E01EF]', '', 'g'), NFKC)`;
}
