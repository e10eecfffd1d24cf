import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLInputType,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isObjectType,
} from 'graphql';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import { Environment } from '../../shared/config/environment';
import { childIds } from '../../shared/domain/child-id';
import { PURPOSES, referenceKindsOf } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import { typeDefs } from '../../shared/subgraph/schema/type-defs';
import { createSubgraph } from '../../shared/subgraph/subgraph';
import type { AnySubgraphDefinition } from '../../shared/subgraph/subgraph-definition';
import { TEST_CHILD_IDS } from './databases';

/** A list with one combination of filters. */
export interface ListQuery {
  readonly list: string;
  /** `filter.done: true` */
  readonly filter: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Existing objects for filters and grants. */
export interface Examples {
  readonly cases: readonly string[];
  readonly meetings: readonly string[];
  readonly children: readonly string[];
  /** `2026-05-17T09:00:00+08:00` */
  readonly instant: string;
}

const REGIONS = ['990101', '990101003', '990101003002'];

/** Every paged field of Query without a filter, with each filter, and with all filters. */
export function listQueries(definition: AnySubgraphDefinition, examples: Examples): readonly ListQuery[] {
  const fields =
    buildSubgraphSchema({ typeDefs: typeDefs(definition.folder) })
      .getQueryType()
      ?.getFields() ?? {};
  return Object.values(fields).flatMap((field) => {
    const connection = getNamedType(field.type);
    if (!isObjectType(connection) || !('pageInfo' in (connection as GraphQLObjectType).getFields())) return [];
    const args = field.args.filter(({ name }) => name !== 'first' && name !== 'after');
    const chosen = args.flatMap(({ name, type }) => valuesOf(name, type, examples));
    const inputs = new Map(args.map(({ name, type }) => [name, String(type)]));
    const declared = [...inputs].map(([name, type]) => `$${name}: ${type}, `).join('');
    const given = [...inputs.keys()].map((name) => `${name}: $${name}, `).join('');
    const query = `query (${declared}$after: String) { ${field.name}(${given}after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { __typename } } }`;
    const all = merged(firstOfEach(chosen));
    return [{}, ...chosen, ...(args.length > 0 ? [all] : [])].map((variables) => ({
      list: field.name,
      filter: JSON.stringify(variables),
      query,
      variables,
    }));
  });
}

type Values = Readonly<Record<string, unknown>>;

/** Possible values of an argument. */
function valuesOf(name: string, type: GraphQLInputType, examples: Examples): readonly Values[] {
  const named = getNamedType(type);
  const of = (values: readonly unknown[]) => values.map((value) => ({ [name]: isListType(type) ? [value] : value }));
  if (isInputObjectType(named)) {
    return Object.values(named.getFields()).flatMap((field) =>
      valuesOf(field.name, field.type, examples).map((value) => ({ [name]: value })),
    );
  }
  if (isEnumType(named)) return of(named.getValues().map((value) => value.name));
  if (named.name === 'Boolean') return of([true, false]);
  if (named.name === 'DateTime') return of([examples.instant]);
  if (name === 'region') return of(REGIONS);
  if (name === 'channel') return of(['强制报告', '书信']);
  if (name === 'child') return of(examples.children.slice(0, 1));
  if (name === 'id') return of([...examples.cases.slice(0, 1), ...examples.meetings.slice(0, 1)]);
  return of(['officer-7']);
}

function firstOfEach(chosen: readonly Values[]): readonly Values[] {
  const seen = new Map<string, Values>();
  for (const values of chosen) {
    const [name = '', inner] = Object.entries(values)[0] ?? [];
    const key = typeof inner === 'object' && !Array.isArray(inner) ? `${name}.${Object.keys(inner as object)}` : name;
    if (!seen.has(key)) seen.set(key, values);
  }
  return [...seen.values()];
}

function merged(chosen: readonly Values[]): Values {
  const all: Record<string, unknown> = {};
  for (const [name, value] of chosen.flatMap((values) => Object.entries(values))) {
    const together = typeof value === 'object' && !Array.isArray(value) && typeof all[name] === 'object';
    all[name] = together ? { ...(all[name] as object), ...value } : value;
  }
  return all;
}

/** All officers of the district for every purpose, with every kind of reference that it can have. */
export function askers({ children, cases, meetings }: Examples): readonly AccessContext[] {
  const covers = { children: children.slice(0, 20), cases: cases.slice(0, 5), meetings: meetings.slice(0, 1) };
  return DEMO_CALLERS.flatMap((caller) =>
    PURPOSES.flatMap((purpose) =>
      referenceKindsOf(purpose).map((kind) => {
        const grant: Grant | null = kind && { ...COVERS_NOTHING, ...covers, kind };
        return { caller, purpose, reference: null, grant, reasonGiven: true };
      }),
    ),
  );
}

/** A statement sent for a list. */
export interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

export interface ListAsker {
  /** The statements for a list's first page, the next page and the total; none if the caller may know of no row. */
  statementsOf(query: ListQuery, access: AccessContext): Promise<readonly Statement[]>;
}

export interface ListPools {
  /** Statements about the rows of a list are not recorded. */
  readonly db: Knex;
  readonly lists: Knex;
  readonly ledger?: Knex;
}

/** Asks an agency as its gateway would, and records its statements. */
export function listAsker(definition: AnySubgraphDefinition, { db, lists, ledger }: ListPools): ListAsker {
  let access: AccessContext | null = null;
  const subgraph = createSubgraph({
    definition,
    db,
    lists,
    ...(ledger && { ledger }),
    settings: definition.settings?.(new Environment({})),
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => access,
    log: pino({ level: 'silent' }),
  });
  const asked: Statement[] = [];
  for (const pool of [lists, ledger]) {
    pool?.on('query', ({ sql, bindings }: Statement) => asked.push({ sql, bindings }));
  }
  const ask = async ({ query, list, variables }: ListQuery, after: string | null) => {
    const body = { query, variables: { ...variables, after } };
    const { data, errors } = (await subgraph.handle({ authorization: 'Bearer any', body })).body;
    if (errors !== undefined) throw new Error(`${list} ${JSON.stringify(variables)}: ${JSON.stringify(errors)}`);
    return (data as Readonly<Record<string, Asked | null>>)[list];
  };
  return {
    async statementsOf(query, asker) {
      access = asker;
      asked.length = 0;
      const page = await ask(query, null);
      if (page?.pageInfo.endCursor) await ask(query, page.pageInfo.endCursor);
      return [...asked];
    },
  };
}

interface Asked {
  readonly pageInfo: { readonly endCursor: string | null };
}

/** A node of a plan from EXPLAIN (FORMAT JSON). */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  /** `SubPlan` for a node that is executed for each row. */
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly PlanNode[];
}

export interface Explained {
  readonly plan: PlanNode;
  /** Planning and execution time, if it was analysed. */
  readonly milliseconds: number;
}

/** @param db the pool to send the statement on. */
export async function explain(db: Knex, { sql, bindings }: Statement, analyze = false): Promise<Explained> {
  const connection = await db.client.acquireConnection();
  try {
    const { rows } = await connection.query(
      `explain (format json${analyze ? ', analyze, buffers' : ''}) ${sql}`,
      bindings as unknown[],
    );
    const [{ Plan: plan, 'Planning Time': planning = 0, 'Execution Time': execution = 0 }] = rows[0]['QUERY PLAN'];
    return { plan, milliseconds: planning + execution };
  } finally {
    await db.client.releaseConnection(connection);
  }
}

/** The tables that a plan scans sequentially. */
export function scanned({ 'Node Type': type, 'Relation Name': table, Plans = [] }: PlanNode): readonly string[] {
  const own = /Seq Scan|Sample Scan/.test(type) && table !== undefined ? [table] : [];
  return [...own, ...Plans.flatMap(scanned)];
}

/**
 * The parts of a page's plan that grow with the list: tables whose whole index is read before the first row, and tables
 * that are queried for each row. A total needs them. @param bounded indexes on open rows only.
 */
export function growing(
  { 'Node Type': type, 'Index Cond': condition, 'Parent Relationship': relationship, Plans = [], ...node }: PlanNode,
  bounded: ReadonlySet<string>,
  all = false,
): readonly string[] {
  const index = node['Index Name'] ?? '';
  const table = node['Relation Name'] ?? index;
  const whole = all && !bounded.has(index) && /^(?:Bitmap )?Index/.test(type) && condition === undefined;
  const own = whole || relationship === 'SubPlan' ? [table] : [];
  const below = type !== 'Limit' && (all || /^(?:Sort|Hash|Aggregate|Materialize|WindowAgg)$/.test(type));
  return [...own, ...Plans.flatMap((plan) => growing(plan, bounded, below))];
}
