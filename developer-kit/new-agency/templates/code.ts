import type { AgencyPlan } from '../agency-plan';
import { camelCase, pascalCase, snakeCase } from '../names';

/** data.ts */
export function data({ classes }: AgencyPlan): string {
  const rows = classes.map(
    ({ slug }) => `export interface ${pascalCase(slug)}Row extends RowOfChild {
  readonly kind: string;
  readonly since: string;
}`,
  );
  const loaders = classes.map(
    ({ slug }) =>
      `${camelCase(slug)}: manyRows(
      rowsOfChildren<${pascalCase(slug)}Row>(db, '${snakeCase(slug)}', ['-since', '${snakeCase(slug)}_id']),
      childOf,
    ),`,
  );
  return `import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';

export interface ChildRow extends RowOfChild {
  readonly region: string;
}

${rows.join('\n\n')}

export type Loaders = ReturnType<typeof loaders>;

/** One statement for each kind of thing, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: oneRow(rowsOfChildren<ChildRow>(db, 'child'), childOf),
    ${loaders.join('\n    ')}
  };
}
`;
}

/** resolvers.ts */
export function resolvers({ classes }: AgencyPlan): string {
  const fields = classes.map(
    ({ slug }) => `${camelCase(slug)}: ({ id }, _, { load }) => load.${camelCase(slug)}.load(id),`,
  );
  return `import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { Context, Resolvers } from './resolvers.types';

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => resourceOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    ${fields.join('\n    ')}
  },
};
`;
}

/** index.ts */
export function index({ agency, name, classes }: AgencyPlan): string {
  return `import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** ${name}: ${classes.map(({ chinese }) => chinese).join('、')}. */
export default defineSubgraph({ agency: '${agency}', folder: __dirname, loaders, resolvers, records, seed });
`;
}
