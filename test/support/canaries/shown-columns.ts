import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphQLSchema, getNamedType, isEnumType } from 'graphql';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Coordinate } from '../../../shared/access/labels';
import { columnOf } from '../../../shared/subgraph/rows/column-resolver';
import { fieldsOf } from '../worlds/everything-of';
import { type AgencySchema, fieldNames } from './agency-schema';
import type { Column } from './marks';

/** An agency's `test/columns.yaml`: the fields that show the columns of its base tables. */
const file = z.record(
  z.string(),
  z.strictObject({
    /** Types that show the table's columns in the fields of their names. */
    types: z.array(z.string()).default([]),
    /** Fields of other names or types that show a column. */
    also: z.record(z.string(), z.array(z.string())).default({}),
    /** Columns that keep the value of the full child, each with the reason. */
    keeps: z.record(z.string(), z.string()).default({}),
  }),
);

/** Which fields may show which columns. A column that is named nowhere is shown by no field. */
export interface ShownColumns {
  fieldsOf(column: Column): readonly Coordinate[];
  /** Whether a column keeps its value: because the file says so, or because a field answers it as one of an enum's. */
  keeps(column: Column): boolean;
  /** Every column that the file names. */
  readonly named: readonly Column[];
}

/** Reads `test/columns.yaml` of one agency. */
export function readShownColumns({ agency, folder, schema }: AgencySchema): ShownColumns {
  const path = join(folder, 'test/columns.yaml');
  const tables = file.parse((existsSync(path) && parse(readFileSync(path, 'utf8'))) || {});
  for (const type of Object.values(tables).flatMap(({ types }) => types)) {
    if (schema.getType(type) === undefined) throw new Error(`${path}: There is no type ${type}.`);
  }
  const named = (type: string, column: string) =>
    fieldNames(schema, type)
      .filter((field) => columnOf(field) === column)
      .map((field) => `${type}.${field}`);
  const fieldsShowing = (column: Column): readonly Coordinate[] => {
    const [owner, table = '', name = ''] = column.split('.');
    const entry = owner === agency ? tables[table] : undefined;
    return [...(entry?.types ?? []).flatMap((type) => named(type, name)), ...(entry?.also[name] ?? [])];
  };
  return {
    named: Object.entries(tables).flatMap(([table, { also, keeps }]) =>
      [...Object.keys(also), ...Object.keys(keeps)].map((name): Column => `${agency}.${table}.${name}`),
    ),
    fieldsOf: fieldsShowing,
    keeps(column) {
      const [, table = '', name = ''] = column.split('.');
      return tables[table]?.keeps[name] !== undefined || fieldsShowing(column).some((field) => isCode(schema, field));
    },
  };
}

// Private:

/** Whether a field answers one of the values of an enum. */
function isCode(schema: GraphQLSchema, field: Coordinate): boolean {
  const [type = '', name] = field.split('.');
  return fieldsOf(schema, type).some((one) => one.name === name && isEnumType(getNamedType(one.type)));
}
