import type { Knex } from 'knex';
import type { MarkedType } from './marks';

/** A column of a base table, as the database describes it. */
export interface TableColumn {
  readonly name: string;
  /** Undefined for types that cannot be marked: ids, booleans, JSON. */
  readonly type: MarkedType | undefined;
  /** Whether the database computes it. */
  readonly computed: boolean;
  /** Whether it refers to another table, or is one of a list of codes. */
  readonly bound: boolean;
  /** Whether it stands in a constraint together with other columns. */
  readonly shared: boolean;
  readonly unique: boolean;
  readonly isId: boolean;
  /** Whether a new row has to state it. */
  readonly required: boolean;
}

const TYPES: Readonly<Record<string, MarkedType>> = {
  text: 'text',
  _text: 'text[]',
  date: 'date',
  timestamptz: 'timestamp',
  int4: 'number',
  int8: 'number',
  numeric: 'amount',
};

const COLUMNS = `
  select c.relname as "table", a.attname as name, t.typname as type,
    a.attidentity <> '' or a.attgenerated <> '' as computed,
    exists (select from pg_constraint k where k.conrelid = c.oid and a.attnum = any(k.conkey)
      and (k.contype = 'f' or k.contype = 'c' and pg_get_constraintdef(k.oid) ~ '= (ANY|''|true)')) as bound,
    exists (select from pg_constraint k where k.conrelid = c.oid and a.attnum = any(k.conkey)
      and k.contype = 'c' and cardinality(k.conkey) > 1) as shared,
    a.attnotnull and not a.atthasdef and a.attidentity = '' as required,
    exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any(i.indkey)) as unique
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'base'
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  where c.relkind = 'r'
  order by c.relname, a.attnum`;

/** The columns of every base table. */
export async function tableColumns(owner: Knex): Promise<ReadonlyMap<string, readonly TableColumn[]>> {
  const { rows } = await owner.raw(COLUMNS);
  const tables = new Map<string, TableColumn[]>();
  for (const { table, type, name, ...rest } of rows) {
    const column = { ...rest, name, type: name === 'child_id' ? undefined : TYPES[type], isId: type === 'uuid' };
    tables.set(table, [...(tables.get(table) ?? []), column]);
  }
  return tables;
}
