import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { GraphQLError, parse } from 'graphql';
import { readSupergraph } from '../../../../gateway/federation/supergraph';
import { costModel } from '../../../../gateway/limits/cost-model';
import { DEFAULT_LIMITS } from '../../../../gateway/limits/settings';
import { PROJECT } from '../../../../shared/config/project-root';
import { operationCosts } from '../../../support/prepared';

const COST_LINK =
  '@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@cost", "@listSize"])';
const SCHEMA = `
  type Query {
    one: Thing
    unknown: [Thing!]!
    assumed: [Thing] @listSize(assumedSize: 7)
    sliced(first: Int = 20, last: Int): [Thing] @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
    bare(first: Int): [Thing] @listSize(slicingArguments: ["first"], assumedSize: 3, requireOneSlicingArgument: false)
    page(first: Int = 20, after: Window): Page @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
    required(first: Int, last: Int): [Thing] @listSize(slicingArguments: ["first", "last"])
    dear: Int @cost(weight: 5)
    dearThing: Thing @cost(weight: 0)
    heavy: Heavy
    shape: Shape
    shapes: [Shape] @listSize(assumedSize: 2)
    either: Either
    search(text: String @cost(weight: 3), filter: Filter, tags: [Filter!], outer: Outer, inner: Inner): Thing
  }
  type Mutation { change(filter: Filter): Thing }
  input Window { size: Int }
  input Outer { inner: Inner deep: Int @cost(weight: 4) }
  input Inner { outer: Outer }
  input Filter { cheap: Int deep: Int @cost(weight: 4) and: [Filter!] }
  type Thing { id: ID name: String tags: [String] next: Thing value: Weighed nexts: [Thing] @listSize(assumedSize: 2) }
  type Page { nodes: [Thing] edges: [Edge] totalCount: Int @cost(weight: 10) }
  type Edge { node: Thing }
  type Heavy @cost(weight: 6) { id: ID }
  scalar Weighed @cost(weight: 2)
  interface Shape { id: ID part: Thing }
  type Circle implements Shape { id: ID part: Thing radius: Thing }
  type Square @cost(weight: 3) implements Shape { id: ID part: Thing @cost(weight: 9) side: Thing corners: [Thing] @listSize(assumedSize: 4) }
  union Either = Thing | Heavy
`.replace('type Square @cost(weight: 3) implements Shape', 'type Square implements Shape @cost(weight: 3)');

function composed(schema: string, link = COST_LINK): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'a', url: 'http://a', typeDefs: parse(`extend schema ${link} ${schema}`) },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

const costOf = operationCosts(costModel(parse(composed(SCHEMA)), true), 1_000_000);

describe('an object costs 1, a value 0, a list as much as its maximum size', () => {
  test.each<[string, number]>([
    ['{ __typename }', 0],
    ['{ one { id name tags } }', 1],
    ['{ one { next { next { id } } } }', 3],
    ['{ a: one { id } b: one { id } }', 2],
    ['{ unknown { id } }', 10],
    ['{ unknown { nexts { id } } }', 10 * (1 + 2)],
    ['{ assumed { next { id } } }', 14],
    ['{ sliced { id } }', 20],
    ['{ sliced(first: 3) { id } }', 3],
    ['{ sliced(first: 3, last: 8) { id } }', 8],
    ['{ sliced(first: 0) { next { id } } }', 0],
    ['{ sliced(first: -5) { id } one { id } }', 1],
    ['{ sliced(first: 1.2) { id } }', 2],
    ['{ sliced(first: { a: 1 }) { id } }', 10],
    ['{ sliced(first: [[201]]) { id } }', 10],
    ['{ sliced(first: "201") { id } }', 10],
    ['{ bare { id } }', 3],
    ['{ bare(first: null) { id } }', 3],
    ['{ page(first: 3) { nodes { id } } }', 1 + 3],
    ['{ page(first: 3) { nodes { next { id } } edges { node { id } } totalCount } }', 1 + 3 * 2 + 3 * 2 + 10],
    ['{ page { nodes { nexts { id } } } }', 1 + 20 * (1 + 2)],
    ['mutation { change { id } }', 10 + 1],
  ])('%s costs %i', (query, cost) => {
    expect(costOf({ query })).toBe(cost);
  });
});

describe('@cost is the weight of a field, a type, an argument, or a field of an input', () => {
  test.each<[string, number, Record<string, unknown>?]>([
    ['{ dear }', 5],
    ['{ dearThing { id } }', 0],
    ['{ dearThing { next { id } } }', 1],
    ['{ heavy { id } }', 6],
    ['{ one { value } }', 1 + 2],
    ['{ search { id } }', 1],
    ['{ search(text: "x") { id } }', 1 + 3],
    ['{ search(text: null) { id } }', 1],
    ['query ($t: String) { search(text: $t) { id } }', 1 + 3, { t: 'x' }],
    ['query ($t: String) { search(text: $t) { id } }', 1],
    ['query ($t: String = "x") { search(text: $t) { id } }', 1 + 3],
    ['{ search(filter: { cheap: 1 }) { id } }', 1],
    ['{ search(filter: { deep: 1, and: [{ deep: 2 }, { and: [{ deep: 3 }] }] }) { id } }', 1 + 3 * 4],
    ['query ($f: Filter) { search(filter: $f) { id } }', 1 + 2 * 4, { f: { deep: 1, and: { deep: 2 } } }],
    ['query ($d: Int) { search(filter: { deep: $d }) { id } }', 1 + 4, { d: 1 }],
    ['query ($d: Int) { search(filter: { deep: $d }) { id } }', 1],
    ['{ search(tags: [{ deep: 1 }, { deep: 1 }]) { id } }', 1 + 2 * 4],
    ['{ search(outer: { inner: { outer: { deep: 1 } } }) { id } }', 1 + 4],
    ['{ search(inner: { outer: { deep: 1 } }) { id } }', 1 + 4],
    ['mutation ($f: Filter) { change(filter: $f) { id } }', 10 + 1 + 4, { f: { deep: 1 } }],
  ])('%s costs %i', (query, cost, variables = {}) => {
    expect(costOf({ query, variables })).toBe(cost);
  });
});

describe('of an interface or union, the most expensive type counts', () => {
  test.each<[string, number]>([
    ['{ shape { id } }', 3],
    ['{ shape { part { id } } }', 3 + 9],
    ['{ shape { ... on Circle { radius { id } } } }', 3],
    [
      '{ shape { ... on Circle { part { id } radius { next { id } } a: radius { id } b: radius { id } } } }',
      1 + 1 + 2 + 2,
    ],
    ['{ shape { ... on Circle { radius { id } } ... on Square { corners { id } } } }', 3 + 4],
    ['{ shape { ... on Shape { part { id } } ...S } } fragment S on Square { side { id } }', 3 + 9 + 1],
    ['{ shape { ... { id } ... on Thing { next { id } } } }', 3],
    ['{ shapes { ... on Square { corners { id } } } }', 2 * (3 + 4)],
    ['{ either { __typename } }', 6],
    ['{ either { ... on Thing { nexts { nexts { nexts { id } } } } } }', 1 + 2 + 4 + 8],
  ])('%s costs %i', (query, cost) => {
    expect(costOf({ query })).toBe(cost);
  });
});

describe('variables and conditions count with their values', () => {
  const query = `query ($n: Int = 7, $skip: Boolean = false, $with: Boolean!) {
    page(first: $n) { nodes { id next @include(if: $with) { id } } ...P @skip(if: $skip) }
    one @skip(if: true) { id }
    two: one @include(if: false) { id }
  }
  fragment P on Page { edges { node { id } } }`;
  test.each<[Record<string, unknown>, number]>([
    [{ with: false }, 1 + 7 + 7 * 2],
    [{ with: true }, 1 + 7 * 2 + 7 * 2],
    [{ with: true, skip: true }, 1 + 7 * 2],
    [{ with: false, skip: true, n: 200 }, 1 + 200],
    [{ with: true, n: 2 }, 1 + 4 + 4],
  ])('%j', (variables, cost) => {
    expect(costOf({ query, variables })).toBe(cost);
    expect(costOf({ query, variables })).toBe(cost);
  });

  test('a document has a cost per operation', () => {
    const both = 'query A { one { id } } query B { heavy { id } }';
    expect(costOf({ query: both, operationName: 'A' })).toBe(1);
    expect(costOf({ query: both, operationName: 'B' })).toBe(6);
    expect(costOf({ query: both })).toBe(0);
    expect(costOf({ query: both, operationName: 'C' })).toBe(0);
  });

  test('nested fragments cost as if expanded, and are calculated in time linear in their text', () => {
    const spread = (levels: number) =>
      `{ one { ...F0 } } ${Array.from({ length: levels }, (_, n) => `fragment F${n} on Thing { ...F${n + 1} ...F${n + 1} }`).join(' ')} fragment F${levels} on Thing { next { id } }`;
    expect(costOf({ query: spread(8) })).toBe(1 + 2 ** 8);
    const ofSizes = (first: string) =>
      `{ a: page(first: ${first}) { ...P } b: page(first: 5) { ...P } } fragment P on Page { nodes { id } }`;
    expect(costOf({ query: ofSizes('3') })).toBe(1 + 3 + 1 + 5);
    expect(costOf({ query: `query ($n: Int) ${ofSizes('$n')}`, variables: { n: 4 } })).toBe(1 + 4 + 1 + 5);
    const shapes = (levels: number): string => (levels === 0 ? 'id' : `part { nexts { ${shapes(levels - 1)} } }`);
    expect(costOf({ query: `{ shapes { ${shapes(1)} } }` })).toBe(2 * (3 + 9 + 2));
  });
});

describe('an excessive operation is refused', () => {
  const refusal = (limits: typeof costOf, operation: Parameters<typeof costOf>[0]) => {
    try {
      return limits(operation);
    } catch (error) {
      return error instanceof GraphQLError ? { message: error.message, ...error.extensions } : error;
    }
  };

  test('over the budget, with its cost', () => {
    const limits = operationCosts(costModel(parse(composed(SCHEMA)), true), 50);
    const query = 'query ($n: Int) { sliced(first: $n) { next { id } } }';
    expect(refusal(limits, { query, variables: { n: 25 } })).toBe(50);
    expect(refusal(limits, { query, variables: { n: 26 } })).toMatchObject({
      code: 'OPERATION_TOO_COSTLY',
      cost: 52,
      limit: 50,
    });
  });

  test.each<[string, Record<string, unknown>?]>([
    ['{ sliced(first: 201) { id } }'],
    ['{ sliced(last: 201) { id } }'],
    ['query ($n: Int) { sliced(first: $n) { id } }', { n: 201 }],
    ['query ($n: Int) { sliced(first: $n) { id } }', { n: Number.POSITIVE_INFINITY }],
    ['query ($n: Int = 201) { sliced(first: $n) { id } }'],
    ['query ($n: Int = 201) { page(first: $n) { totalCount } }', {}],
    ['{ ...F } fragment F on Query { page(first: 99999999999) { totalCount } }'],
    ['{ one { id } sliced(first: 201) @skip(if: true) { id } }'],
  ])('for a list of more than 200: %s %j', (query, variables = {}) => {
    expect(refusal(costOf, { query, variables })).toMatchObject({
      code: 'BAD_USER_INPUT',
      limit: 200,
      message: expect.stringContaining('200'),
    });
    expect(
      refusal(costOf, {
        query: query.replaceAll('201', '200').replaceAll('99999999999', '200'),
        variables: { n: 200 },
      }),
    ).toEqual(expect.any(Number));
  });

  test.each(['{ required { id } }', '{ required(first: 1, last: 1) { id } }', '{ required(first: null) { id } }'])(
    'for a list that needs exactly one size argument: %s',
    (query) => {
      expect(refusal(costOf, { query })).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: 'first',
        coordinate: 'Query.required',
      });
      expect(costOf({ query: '{ required(last: 2) { id } }' })).toBe(2);
    },
  );
});

describe('the supergraph', () => {
  const file = (path: string) => readFileSync(join(PROJECT, path), 'utf8');
  const sdl = file('gateway/generated/supergraph.graphql');
  const limits = operationCosts(readSupergraph(sdl).costs, DEFAULT_LIMITS.operationCost);
  const views = file('examples/case-view.graphql');
  const sections = views.slice(views.indexOf('fragment ChildSections'));

  test('has a list size for every argument "first" and every list of objects', () => {
    const paged = [...sdl.matchAll(/^ {2}\w+\([^)]*\bfirst: Int[^\n]*$/gm)];
    for (const [field] of paged) {
      expect(field).toContain('@listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])');
    }
    expect(sdl.match(/slicingArguments: \["first"\]/g)).toHaveLength(13);
    const connections = /^type \w+Connection\b[\s\S]*?^}/gm;
    const lists = sdl.replace(connections, '').match(/^ {2}\w+(?:\([^)]*\))?: \[\w+!?\]!?.*$/gm) ?? [];
    const scalars =
      /: \[(?:String|ID|Agency|Help|Int|RiskLevel|CaseStep|DueKind|WaitingKind|ProtectionCategory)!?\]|WelfareCategory|@inaccessible/;
    const inputs = /: \[(?:AttendeeInput|DecisionTaskInput|join__|link__)/;
    const unsized = lists.filter((line) => !scalars.test(line) && !inputs.test(line) && !line.includes('@listSize'));
    expect(unsized).toEqual([]);
  });

  test('permits pages of 100 and 200 children with every section, and the views of cases and meetings', () => {
    const page = `query ($n: Int!) { children(first: $n) { totalCount pageInfo { endCursor } nodes { ...ChildSections riskHistory { level visits { at } } riskProposal { basis } cases { id steps { step } tasks { id } } benefits { kind } judicialAid { kind } } } } ${sections}`;
    for (const n of [100, 200])
      expect(limits({ query: page, variables: { n } })).toBeLessThan(DEFAULT_LIMITS.operationCost / 1.3);
    for (const operationName of ['CaseView', 'DocketView'])
      expect(limits({ query: views, operationName })).toBeGreaterThan(100);
    expect(limits(JSON.parse(file('examples/record.json')))).toBe(17);
  });
});

test('docs/reference/limits.md documents costs and limits', () => {
  const docs = readFileSync(join(PROJECT, 'docs/reference/limits.md'), 'utf8');
  const sdl = readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8');
  const limits = operationCosts(readSupergraph(sdl).costs, DEFAULT_LIMITS.operationCost);
  const query = /```graphql\n(query Page[\s\S]*?)```/.exec(docs)?.[1] ?? '';
  const cost = limits({ query, variables: { first: 100 } });
  expect(docs).toContain(`= ${cost.toLocaleString('en')}.`);
  const { operationCost, caller, requestMilliseconds } = DEFAULT_LIMITS;
  for (const number of [operationCost, caller.requests, caller.cost, caller.newTexts]) {
    expect(docs).toContain(`| ${number.toLocaleString('en')} |`);
  }
  expect(docs).toContain(`| ${requestMilliseconds / 1_000} s |`);
});

test('a supergraph that renames @cost or @listSize is refused, and one that does not link them has default weights', () => {
  const labelled = 'type Query { a: Int @policy(policies: [["a.a"]]) @weight(weight: 3) }';
  const renamed =
    '@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy", { name: "@cost", as: "@weight" }])';
  expect(() => readSupergraph(composed(labelled, renamed))).toThrow('renames the cost directive');

  const own = parse(
    'directive @cost(weight: Int!) on FIELD_DEFINITION type Query { a: Int @cost(weight: 3) b: [Query] }',
  );
  const unlinked = operationCosts(costModel(own, false), 1_000);
  expect(unlinked({ query: '{ a b { a } }' })).toBe(10);
});
