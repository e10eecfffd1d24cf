import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { pino } from 'pino';
import { COLUMNS } from '../../developer-kit/access-matrix/matrix';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { inProcessTransport } from '../../gateway/agencies/transport';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { createGateway, type Gateway } from '../../gateway/gateway';
import { limitSettings } from '../../gateway/limits/settings';
import type { Answer, Decisions } from '../../shared/access/decide';
import { MASKS } from '../../shared/access/mask';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES, type Agency, enumName } from '../../shared/domain/agencies';
import type { Caller } from '../../shared/domain/caller';
import type { AccessContext } from '../../shared/protocol/context-token';
import { contextSigner } from '../../shared/protocol/context-token';
import { UNHURRIED } from '../support/patience';
import { rememberingLedger } from '../support/remembering-ledger';
import { CHILD, CLEAR, CONFERENCE, ID, unguardedAgency } from '../support/unguarded-agency';

// Every agency answers everything in clear, without rules: only the gateway's own rules, as far as they decide for all
// records, protect the data.

const GENERATED = join(PROJECT, 'gateway/generated');
const SUPERGRAPH = readFileSync(join(GENERATED, 'supergraph.graphql'), 'utf8');
const RULES = readRuleBundle(readFileSync(join(GENERATED, 'rules.json'), 'utf8'));
const { schema, requirements } = readSupergraph(SUPERGRAPH);

const ledger = rememberingLedger();
let gateway: Gateway;
let asking: Caller;
beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  gateway = createGateway({
    supergraphSdl: SUPERGRAPH,
    rules: RULES,
    accessMode: 'filter',
    transports: new Map(
      AGENCIES.map((agency) => {
        const subgraph = unguardedAgency(agency);
        return [agency, inProcessTransport(() => subgraph)];
      }),
    ),
    authenticate: async () => asking,
    limits: limitSettings(new Environment({ ...UNHURRIED, OPERATION_COST_LIMIT: '1000000' })),
    signContext: contextSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string),
    log: pino({ level: 'silent' }),
  });
  await gateway.load(ledger);
});
afterAll(() => gateway.close());

/** All fields of a type and everything below, with each type once. */
function selectionOf(type: GraphQLObjectType, graph: GraphQLSchema, met: readonly string[], of?: Agency): string {
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    if (isInaccessible(field) || field.args.some(isRequired)) return [];
    if (of !== undefined && !isAnsweredBy(field, of)) return [];
    if (isLeafType(named)) return [field.name];
    if (!isObjectType(named) || isInaccessible(named) || met.includes(named.name)) return [];
    const below = selectionOf(
      named,
      graph,
      [...met, named.name],
      named.name === 'Child' ? 'governance-center' : undefined,
    );
    return below === '' ? [] : [`${field.name} {${below}}`];
  });
  return fields.join(' ');
}

type Directed = {
  readonly astNode?:
    | { readonly directives?: readonly { readonly name: { readonly value: string } }[] }
    | null
    | undefined;
};

const directives = ({ astNode }: Directed) =>
  (astNode?.directives ?? []) as readonly unknown[] as readonly DirectiveLike[];
interface DirectiveLike {
  readonly name: { readonly value: string };
  readonly arguments: readonly {
    readonly name: { readonly value: string };
    readonly value: { readonly value?: unknown };
  }[];
}
const isInaccessible = (one: Directed): boolean => directives(one).some(({ name }) => name.value === 'inaccessible');
const isAnsweredBy = (field: Directed, agency: Agency): boolean =>
  directives(field).some(
    ({ name, arguments: given }) =>
      name.value === 'join__field' &&
      given.some((one) => one.name.value === 'graph' && one.value.value === enumName(agency)),
  );
const isRequired = ({ type, defaultValue }: { type: unknown; defaultValue?: unknown }): boolean =>
  isNonNullType(type) && defaultValue === undefined;

const ARGUMENTS: Readonly<Record<string, string>> = { ID: ID, String: '2026Q1', Date: '2026-05-17' };

/** One operation for each agency's fields of a child, and one for each other root field. */
const OPERATIONS: readonly (readonly [name: string, query: string])[] = [
  ...AGENCIES.map((agency) => {
    const child = schema.getType('Child') as GraphQLObjectType;
    return [
      `Child of ${agency}`,
      `{ child(id: "${CHILD}") {${selectionOf(child, schema, ['Child'], agency)}} }`,
    ] as const;
  }),
  ...Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
    const named = getNamedType(field.type);
    if (isInaccessible(field) || !isObjectType(named) || named.name === 'Child') return [];
    const given = field.args
      .filter(isRequired)
      .map(({ name, type }) => `${name}: "${ARGUMENTS[getNamedType(type).name]}"`);
    const list = given.length === 0 ? '' : `(${given.join(', ')})`;
    return [
      [
        `Query.${field.name}`,
        `{ ${field.name}${list} {${selectionOf(named, schema, [named.name, 'Child'])}} }`,
      ] as const,
    ];
  }),
];

function ask(query: string, { caller, purpose, grant }: AccessContext) {
  asking = caller;
  const kind = grant?.kind;
  const id = grant?.meetingKind === 'CASE_CONFERENCE' ? CONFERENCE : ID;
  return gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      'access-purpose': purpose,
      ...(kind && { 'access-reference': `${kind}/${id}` }),
      ...(purpose === 'EMERGENCY' && { 'access-reason': encodeURIComponent('接报儿童走失，需立即核实身份与住址') }),
    },
    payload: { query },
  });
}

/** The values of an answer by coordinate. */
function* delivered(value: unknown, type: GraphQLOutputType): Generator<readonly [coordinate: string, value: unknown]> {
  if (Array.isArray(value)) {
    for (const item of value) yield* delivered(item, type);
    return;
  }
  const named = getNamedType(type);
  if (!isObjectType(named) || typeof value !== 'object' || value === null) return;
  for (const [key, below] of Object.entries(value)) {
    const field = named.getFields()[key];
    if (field === undefined || below === null) continue;
    if (isLeafType(getNamedType(field.type))) for (const one of [below].flat()) yield [`${named.name}.${key}`, one];
    else yield* delivered(below, field.type);
  }
}

const answersOf = (decisions: Decisions, coordinate: string): readonly Answer[] =>
  decisions.answers(requirements.byField.get(coordinate) ?? [], RULES.masked.has(coordinate));

test.each(COLUMNS.map(({ heading, asks }) => [heading, asks('education')[0] as AccessContext] as const))(
  '%s sees nothing in clear that the rules open for no record, whatever agencies answer',
  async (_, context) => {
    const decisions = RULES.rules.decisionsFor(context);
    const wrong: unknown[] = [];
    let shown = 0;
    for (const [name, query] of OPERATIONS) {
      const { statusCode, body } = await ask(query, context);
      expect({ name, statusCode }).toEqual({ name, statusCode: 200 });
      const { data, extensions } = JSON.parse(body);
      expect({ name, unavailable: extensions?.access.unavailable }).toEqual({ name, unavailable: [] });
      for (const [coordinate, value] of delivered(data, schema.getQueryType() as GraphQLObjectType)) {
        if (!requirements.byField.has(coordinate)) continue;
        const answers = answersOf(decisions, coordinate);
        const form = RULES.masked.get(coordinate);
        const told = extensions.access.masked.includes(coordinate);
        if (answers.includes('CLEAR')) {
          shown += 1;
          if (form !== undefined && value !== CLEAR[form]) wrong.push({ coordinate, value, answers });
        } else if (!answers.includes('MASKED') || form === undefined || value !== MASKS[form](CLEAR[form]) || !told) {
          // The values of an empty page are not values of a record.
          if (value !== 0 && value !== false) wrong.push({ coordinate, value, answers, told });
        }
      }
      for (const { dataClass, answer } of ledger.entries.at(-1)?.looks ?? []) {
        const possible = decisions.answers([[[dataClass]]], true);
        if (answer === 'clear' && !possible.includes('CLEAR')) wrong.push({ name, dataClass, answer, possible });
      }
    }
    expect(wrong).toEqual([]);
    seen.set(context, shown);
  },
);

const seen = new Map<AccessContext, number>();

test('the same operations return values that the rules may open in clear', () => {
  expect(Math.max(...seen.values())).toBeGreaterThan(50);
});
