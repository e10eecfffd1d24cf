import { type DocumentNode, print } from 'graphql';
import { rememberingFilter } from '../../gateway/graphql/authorizing-executor';
import type { Role } from '../../shared/domain/caller';
import { preparedOperation, preparedOperations } from '../support/prepared';
import { type SmallAnswer, smallGraph } from '../support/small-graph';
import { nestedFragments } from '../support/wide-operations';

const OPEN = '@policy(policies: [["education.open"]])';
const CLOSED = '@policy(policies: [["education.closed"]])';
const SILENT = '@policy(policies: [["education.silent"]])';

const SCHEMA = /* GraphQL */ `
  type Query {
    child(id: ID = "a"): Child ${OPEN}
    children: [Child!]! ${OPEN}
    hidden(first: Int!): Child ${CLOSED}
  }
  type Child {
    id: ID!
    name: String ${OPEN}
    secret(first: Int): String ${CLOSED}
    silent: String ${SILENT}
    notes: [String!]! ${CLOSED}
    friends(first: Int = 2): [Child!]! ${OPEN}
    grid: [[Cell!]!]! ${OPEN}
    box: Box
    boxes: [Box!]!
    chest: Box ${OPEN}
    bag: Bag
  }
  type Cell { x: Int ${OPEN} depth: Int ${CLOSED} }
  "There for the sake of what it holds, and without a label of its own."
  type Box { inside: String ${CLOSED} asOf: String }
  type Bag { inside: String ${CLOSED} label: String ${OPEN} asOf: String }
`;

const FRIENDS = ['b', 'c', 'd'].map((id) => ({ id, name: id.toUpperCase(), secret: 'leak', friends: [] }));
const BOX = { inside: 'leak', asOf: 'today' };
const CHILD = {
  __typename: 'Child',
  id: 'a',
  name: 'A',
  secret: 'leak',
  silent: 'leak',
  notes: ['leak'],
  friends: ({ first }: { first: number }) => FRIENDS.slice(0, first),
  grid: [
    [{ x: 1, depth: 9 }],
    [
      { x: 2, depth: 9 },
      { x: 3, depth: 9 },
    ],
    [],
  ],
  box: BOX,
  boxes: [BOX],
  chest: BOX,
  bag: { ...BOX, label: 'bag' },
};
const DATA = {
  child: ({ id }: { id: string }) => (id === 'a' ? CHILD : null),
  children: FRIENDS,
  hidden: { ...CHILD, name: 'leak' },
};

const graph = smallGraph(SCHEMA, DATA);

/** Reported refusals as `coordinate at path`. */
const told = ({ denied }: SmallAnswer) => denied.map(({ coordinate, path }) => `${coordinate} at ${path.join('.')}`);

async function answers(query: string, expected: unknown, places: readonly string[], options = {}) {
  const answer = await graph.ask(query, options);
  expect(answer.json).not.toContain('leak');
  expect({ json: answer.json, told: told(answer), errors: answer.errors }).toEqual({
    json: JSON.stringify(expected),
    told: places,
    errors: [],
  });
  return answer;
}

describe('a refused field is null, or [] for a list, at its place and in the order of the selection', () => {
  test.each<[string, string, unknown, string[]]>([
    [
      'a field, among others',
      '{ child { name secret id } }',
      { child: { name: 'A', secret: null, id: 'a' } },
      ['Child.secret at child.secret'],
    ],
    ['a list', '{ child { notes id } }', { child: { notes: [], id: 'a' } }, ['Child.notes at child.notes']],
    ['with an absent refusal', '{ child { silent id } }', { child: { silent: null, id: 'a' } }, []],
    [
      'a root field, with all below it',
      '{ hidden(first: 1) { name secret } child { id } }',
      { hidden: null, child: { id: 'a' } },
      ['Query.hidden at hidden'],
    ],
    [
      'two aliases of one field',
      '{ child { one: secret id two: secret } }',
      { child: { one: null, id: 'a', two: null } },
      ['Child.secret at child.one', 'Child.secret at child.two'],
    ],
    [
      'an alias that is the name of another field',
      '{ child { name: secret secret: name } }',
      { child: { name: null, secret: 'A' } },
      ['Child.secret at child.name'],
    ],
    [
      'an alias that is the name of something that every object has',
      '{ child { constructor: secret toString: box { asOf } __proto__: id } }',
      { child: { constructor: null, toString: null, ['__proto__']: 'a' } },
      ['Child.secret at child.constructor'],
    ],
    [
      'one that is asked for twice',
      '{ child { secret } child { name secret } }',
      { child: { secret: null, name: 'A' } },
      ['Child.secret at child.secret'],
    ],
    [
      'in fields that are asked for in parts',
      '{ child { secret friends(first: 1) { secret } } child { id friends(first: 1) { id } } }',
      { child: { secret: null, friends: [{ secret: null, id: 'b' }], id: 'a' } },
      ['Child.secret at child.secret', 'Child.secret at child.friends.@.secret'],
    ],
    [
      'in every element of a list, told once',
      '{ children { secret id } }',
      { children: ['b', 'c', 'd'].map((id) => ({ secret: null, id })) },
      ['Child.secret at children.@.secret'],
    ],
    [
      'in lists of lists',
      '{ child { grid { depth x } } }',
      {
        child: {
          grid: [
            [{ depth: null, x: 1 }],
            [
              { depth: null, x: 2 },
              { depth: null, x: 3 },
            ],
            [],
          ],
        },
      },
      ['Cell.depth at child.grid.@.@.depth'],
    ],
    [
      'with arguments by default',
      '{ child { friends { secret } } }',
      { child: { friends: [{ secret: null }, { secret: null }] } },
      ['Child.secret at child.friends.@.secret'],
    ],
    [
      'beside introspection',
      '{ __schema { queryType { name } } child { secret } __type(name: "Box") { name fields { name } } }',
      {
        __schema: { queryType: { name: 'Query' } },
        child: { secret: null },
        __type: { name: 'Box', fields: [{ name: 'inside' }, { name: 'asOf' }] },
      },
      ['Child.secret at child.secret'],
    ],
  ])('%s', async (_, query, expected, places) => {
    await answers(query, expected, places);
  });
});

describe('fragments are filtered wherever they are spread', () => {
  test.each<[string, string, unknown, string[]]>([
    [
      'a named fragment that is spread twice',
      '{ child { ...F friends(first: 1) { ...F } } } fragment F on Child { secret id }',
      { child: { secret: null, id: 'a', friends: [{ secret: null, id: 'b' }] } },
      ['Child.secret at child.secret', 'Child.secret at child.friends.@.secret'],
    ],
    [
      'fragments within fragments',
      `{ child { ...F } } fragment F on Child { id ...G } fragment G on Child { friends(first: 1) { ...H } name }
       fragment H on Child { notes }`,
      { child: { id: 'a', friends: [{ notes: [] }], name: 'A' } },
      ['Child.notes at child.friends.@.notes'],
    ],
    [
      'a fragment of which nothing is left',
      '{ child { ...F id } } fragment F on Child { ...G } fragment G on Child { secret }',
      { child: { secret: null, id: 'a' } },
      ['Child.secret at child.secret'],
    ],
    [
      'inline fragments, with and without a type',
      '{ child { ... on Child { secret } ... { notes id } } ... { hidden(first: 1) { id } } }',
      { child: { secret: null, notes: [], id: 'a' }, hidden: null },
      ['Child.secret at child.secret', 'Child.notes at child.notes', 'Query.hidden at hidden'],
    ],
  ])('%s', async (_, query, expected, places) => {
    await answers(query, expected, places);
  });
});

describe('an object stays or is removed as a whole', () => {
  test('a permitted object stays without any field, and still shows whether it exists', async () => {
    await answers('{ child { secret } nobody: child(id: "x") { secret } }', { child: { secret: null }, nobody: null }, [
      'Child.secret at child.secret',
      'Child.secret at nobody.secret',
    ]);
  });

  test('its __typename is answered if nothing else is selected', async () => {
    const { executed } = await answers('{ child { __typename } }', { child: { __typename: 'Child' } }, []);
    expect(executed).toMatch(/__typename/);
    await answers('{ child { kind: __typename secret } }', { child: { kind: 'Child', secret: null } }, [
      'Child.secret at child.secret',
    ]);
  });

  test('an unlabelled container is removed if all labelled fields in it are refused, whatever else is selected', async () => {
    const { executed } = await answers(
      '{ child { id box { __typename asOf inside } boxes { asOf } plain: box { asOf } } }',
      { child: { id: 'a', box: null, boxes: [], plain: null } },
      ['Box.inside at child.box.inside'],
    );
    expect(executed).toBe('{\n  child {\n    id\n  }\n}');
  });

  test('an unlabelled container stays if it has a permitted field, even one that is not selected', async () => {
    await answers('{ child { bag { asOf inside } } }', { child: { bag: { asOf: 'today', inside: null } } }, [
      'Bag.inside at child.bag.inside',
    ]);
  });

  test('an object with a permitted label stays, even if all labels in it are refused', async () => {
    await answers('{ child { chest { asOf inside } } }', { child: { chest: { asOf: 'today', inside: null } } }, [
      'Box.inside at child.chest.inside',
    ]);
  });

  test('an operation without any permitted field is not executed', async () => {
    const { executed } = await answers(
      '{ hidden(first: 1) { id } again: hidden(first: 2) { id } }',
      { hidden: null, again: null },
      ['Query.hidden at hidden', 'Query.hidden at again'],
    );
    expect(executed).toBeNull();
  });
});

describe('a refusal is reported only if the field was really selected', () => {
  const secret = ['Child.secret at child.secret'];
  test.each<[string, string, Record<string, unknown>, readonly string[]]>([
    ['@include(if: true)', 'secret @include(if: true)', {}, secret],
    ['@include(if: false)', 'secret @include(if: false)', {}, []],
    ['@skip(if: true)', 'secret @skip(if: true)', {}, []],
    ['@skip(if: false)', 'secret @skip(if: false)', {}, secret],
    ['a variable that is true', 'secret @include(if: $v)', { v: true }, secret],
    ['a variable that is false', 'secret @include(if: $v)', { v: false }, []],
    ['a variable by default', 'secret @include(if: $on)', {}, secret],
    ['a variable whose default is overridden', 'secret @include(if: $on)', { on: false }, []],
    ['a skipped one', 'secret @skip(if: $v)', { v: true }, []],
    ['both, one of which excludes it', 'secret @include(if: true) @skip(if: $v)', { v: true }, []],
    ['both, neither of which excludes it', 'secret @include(if: $v) @skip(if: false)', { v: true }, secret],
    ['on an inline fragment', '... @include(if: $v) { secret }', { v: false }, []],
    ['on an inline fragment with a type', '... on Child @skip(if: $v) { secret }', { v: false }, secret],
    ['on a spread', '...F @include(if: $v)', { v: false }, []],
    ['on one of two spreads', '...F @include(if: $v) ...F', { v: false }, secret],
    ['on a spread in a fragment', '...G @include(if: $v)', { v: true }, []],
  ])('%s', async (_, selection, variables, places) => {
    // The rest is for the validator, which refuses unused fragments and variables.
    const query = `
      query Asked($v: Boolean = false, $on: Boolean = true) { child { id never: id @skip(if: $on) @include(if: $v) ${selection} } }
      query Other($v: Boolean = false) { child { ...F ...G } }
      fragment F on Child { secret } fragment G on Child { ...F @skip(if: $v) }`;
    const asked = places.length > 0;
    await answers(query, { child: { id: 'a', ...(asked && { secret: null }) } }, places, {
      variables,
      operationName: 'Asked',
    });
  });

  test('and not within an object that was excluded', async () => {
    await answers(
      'query ($v: Boolean!) { child { id friends(first: 1) @include(if: $v) { secret } } }',
      { child: { id: 'a' } },
      [],
      { variables: { v: false } },
    );
  });
});

test('a variable that only refused fields used causes no error', async () => {
  await answers(
    'query ($first: Int!, $id: ID) { hidden(first: $first) { id } child(id: $id) { secret(first: $first) name } }',
    { hidden: null, child: { secret: null, name: 'A' } },
    ['Query.hidden at hidden', 'Child.secret at child.secret'],
    { variables: { first: 3, id: 'a' } },
  );
});

test('a missing variable is reported as if no field had been removed', async () => {
  const { json, errors, denied } = await graph.ask(
    'query ($first: Int!) { hidden(first: $first) { id } child { id } }',
  );
  expect({ json, denied }).toEqual({ json: undefined, denied: [] });
  expect(errors).toEqual([expect.stringContaining('"$first"')]);
});

test('of several operations, only the one that runs is filtered', async () => {
  const query =
    'query A { child { secret id } } query B { child { name } } fragment F on Child { id } query C { child { ...F } hidden(first: 1) { ...F } }';
  const a = await answers(query, { child: { secret: null, id: 'a' } }, ['Child.secret at child.secret'], {
    operationName: 'A',
  });
  expect(a.executed).toBe('query A {\n  child {\n    id\n  }\n}');
  const b = await answers(query, { child: { name: 'A' } }, [], { operationName: 'B' });
  expect(b.executed).toContain('hidden');
  await answers(query, { child: { id: 'a' }, hidden: null }, ['Query.hidden at hidden'], { operationName: 'C' });
});

test('without a refusal, the operation is executed as sent', async () => {
  const { executed } = await answers(
    '{ child { name } ...F } fragment F on Query { child { id } }',
    { child: { name: 'A', id: 'a' } },
    [],
  );
  expect(executed).toBe('{\n  child {\n    name\n  }\n  ...F\n}\n\nfragment F on Query {\n  child {\n    id\n  }\n}');
});

describe('null for a non-null field propagates to the nearest nullable place', () => {
  const strict = smallGraph(
    `type Query { may: Must ${OPEN} list: [Must!] ${OPEN} holes: [Must] ${OPEN} rows: [[Must!]] ${OPEN} chain: Chain ${OPEN}
       must: Must! ${OPEN} mustList: [Must!]! ${OPEN} empty: [Must!]! ${OPEN} }
     type Chain { id: ID! must: Must! ${OPEN} }
     type Must { id: ID! value: String! ${CLOSED} values: [String!]! ${CLOSED} }`,
    (() => {
      const must = { id: 'm', value: 'leak', values: ['leak'] };
      const list = [must, must];
      return {
        may: must,
        list,
        holes: list,
        rows: [list, []],
        chain: { id: 'c', must },
        must,
        mustList: list,
        empty: [],
      };
    })(),
  );
  test.each<[string, string, unknown]>([
    ['the object itself', '{ may { id value } }', { may: null }],
    ['a list with non-null elements', '{ list { value } }', { list: null }],
    ['the elements of a list', '{ holes { id value } }', { holes: [null, null] }],
    ['a list in a list', '{ rows { value } }', { rows: [null, []] }],
    ['through several objects', '{ chain { id must { value } } }', { chain: null }],
    ['not from a list, which becomes []', '{ must { values id } }', { must: { values: [], id: 'm' } }],
    ['up to data', '{ may { id } must { value } }', null],
    ['up to data, from within a list', '{ mustList { value } }', null],
    ['not from a list without elements', '{ empty { value } }', { empty: [] }],
    ['only if the field was selected', '{ may { id value @include(if: false) } }', { may: { id: 'm' } }],
  ])('%s', async (_, query, expected) => {
    expect((await strict.ask(query)).json).toBe(JSON.stringify(expected));
  });
});

describe('a refused connection is an empty page, so its null does not propagate', () => {
  const connections = smallGraph(
    `type Query { id: ID ${OPEN} page(first: Int): Page! ${CLOSED} may: Page ${CLOSED} silent: Page! ${SILENT} }
     type Page { edges: [Edge!]! nodes: [Node!]! pageInfo: PageInfo! totalCount: Int! }
     type Edge { cursor: String! node: Node! } type Node ${OPEN} { id: ID! }
     type PageInfo { hasNextPage: Boolean! endCursor: String }`,
    { id: '1' },
  );
  test.each<[string, string, unknown]>([
    [
      'with all that it has',
      '{ id page { __typename edges { cursor } nodes { id } pageInfo { hasNextPage endCursor } totalCount } }',
      {
        id: '1',
        page: {
          __typename: 'Page',
          edges: [],
          nodes: [],
          pageInfo: { hasNextPage: false, endCursor: null },
          totalCount: 0,
        },
      },
    ],
    [
      'under other names',
      '{ all: page { count: totalCount nodes: edges { cursor } info: pageInfo { endCursor: hasNextPage } } id }',
      { all: { count: 0, nodes: [], info: { endCursor: false } }, id: '1' },
    ],
    ['also with an absent refusal', '{ id silent { n: totalCount } }', { id: '1', silent: { n: 0 } }],
    ['or null if the field is nullable', '{ id may { totalCount } }', { id: '1', may: null }],
  ])('%s', async (_, query, expected) => {
    const { json, executed } = await connections.ask(query);
    expect({ json, executed }).toEqual({ json: JSON.stringify(expected), executed: '{\n  id\n}' });
  });
});

describe('behind interfaces and unions', () => {
  const abstract = smallGraph(
    `interface Named { name: String kind: String }
     type Person implements Named { name: String ${CLOSED} kind: String ${OPEN} age: Int ${OPEN} id: ID! }
     type Place implements Named { name: String ${OPEN} kind: String ${OPEN} size: Int ${CLOSED} id: ID! }
     type Vault ${CLOSED} { id: ID! }
     type Void ${SILENT} { id: ID! }
     union Either = Person | Place
     union Shut = Place | Vault
     union Mute = Vault | Void
     type Query { all: [Named!]! ${OPEN} either: [Either!]! ${OPEN} shut: Shut mute: Mute vault: Vault }`,
    (() => {
      const person = { __typename: 'Person', id: '1', name: 'leak', kind: 'person', age: 9 };
      const place = { __typename: 'Place', id: '2', name: 'place', kind: 'place', size: 666 };
      const all = [person, place];
      return { all, either: all, shut: place, mute: place, vault: {} };
    })(),
  );
  test.each<[string, string, unknown, string[]]>([
    [
      'a field of the interface is refused as soon as one type behind it refuses it',
      '{ all { name kind } }',
      {
        all: [
          { name: null, kind: 'person' },
          { name: null, kind: 'place' },
        ],
      },
      ['Named.name at all.@.name'],
    ],
    [
      'each type is answered for itself where it is asked by itself',
      '{ all { ... on Person { id name } ... on Place { id name size } } }',
      {
        all: [
          { id: '1', name: null },
          { id: '2', name: 'place', size: null },
        ],
      },
      ['Person.name at all.@.name', 'Place.size at all.@.size'],
    ],
    [
      'a fragment on the interface is no way around, nor is one within one',
      '{ all { ...F } either { ...F } } fragment F on Named { ... on Person { ...G } kind } fragment G on Named { name }',
      {
        all: [{ name: null, kind: 'person' }, { kind: 'place' }],
        either: [{ name: null, kind: 'person' }, { kind: 'place' }],
      },
      ['Named.name at all.@.name', 'Named.name at either.@.name'],
    ],
    [
      'an alias means another field on each type',
      '{ either { ... on Person { is: kind was: name } ... on Place { is: name was: kind } } }',
      {
        either: [
          { is: 'person', was: null },
          { is: 'place', was: 'place' },
        ],
      },
      ['Person.name at either.@.was'],
    ],
    [
      'types are told where they alone are left',
      '{ either { __typename ... on Person { name } } all { t: __typename name } }',
      {
        either: [{ __typename: 'Person', name: null }, { __typename: 'Place' }],
        all: [
          { t: 'Person', name: null },
          { t: 'Place', name: null },
        ],
      },
      ['Person.name at either.@.name', 'Named.name at all.@.name'],
    ],
    [
      'a field that leads to a union is refused as soon as one type behind it is',
      '{ shut { ... on Place { name } } vault { id } }',
      { shut: null, vault: null },
      ['Query.shut at shut', 'Query.vault at vault'],
    ],
    ['with an absent refusal as soon as one type has one', '{ mute { __typename } }', { mute: null }, []],
  ])('%s', async (_, query, expected, places) => {
    const answer = await abstract.ask(query);
    expect(answer.errors).toEqual([]);
    expect({ json: answer.json, told: told(answer) }).toEqual({ json: JSON.stringify(expected), told: places });
  });
});

describe('a filtered operation is cached', () => {
  const filtering = (graphOf = graph) => {
    const find = preparedOperations();
    const filter = rememberingFilter(graphOf.schema);
    return async (query: string, roles: readonly Role[] = [], operationName?: string) =>
      filter(await find(query, operationName), graphOf.staticDecisionsFor(roles));
  };
  const QUERY = '{ child { secret id } }';

  test('for all callers with the same refusals', async () => {
    const filter = filtering();
    const first = await filter(QUERY, ['auditor']);
    expect(await filter(QUERY, ['auditor'])).toBe(first);
    expect(await filter(QUERY, ['supervisor'])).toBe(first);
  });

  test('per operation of a document, and per text', async () => {
    const filter = filtering();
    const two = 'query A { child { secret id } } query B { child { secret name } }';
    expect(print((await filter(two, [], 'A')).document as DocumentNode)).toContain('id');
    expect(print((await filter(two, [], 'B')).document as DocumentNode)).toContain('name');
  });

  test('separately for callers with other refusals', async () => {
    const schema = `type Query { child: Child ${OPEN} }
      type Child { id: ID! ${OPEN} a: ID @policy(policies: [["education.auditor"]]) b: ID @policy(policies: [["education.supervisor"]]) }`;
    const other = smallGraph(schema, { child: { id: '1', a: 'A', b: 'B' } });
    const filter = filtering(other);
    const left = async (roles: readonly Role[]) => {
      const { document } = await filter('{ child { id a b } }', roles);
      return print(document as DocumentNode).match(/\b(?:id|a|b)\b/g);
    };
    expect(await left(['auditor'])).toEqual(['id', 'a']);
    expect(await left(['supervisor'])).toEqual(['id', 'b']);
    expect(await left(['auditor', 'supervisor'])).toEqual(['id', 'a', 'b']);
    expect(await left([])).toEqual(['id']);
  });

  test('unless later large operations displace it from the cache', async () => {
    const filter = filtering();
    const first = await filter(QUERY);
    const large = (name: string) => filter(`${QUERY} # ${name.repeat(200_000)}`);
    await large('a');
    expect(await filter(QUERY)).toBe(first);
    for (const name of 'bcdefghijklm') await large(name);
    expect(await filter(QUERY)).not.toBe(first);
  });

  test('as the same text for equal operations, so they share a plan', async () => {
    const filter = filtering();
    const left = async (query: string) => print((await filter(query)).document as DocumentNode);
    expect(await left('{ child { id secret silent } }')).toBe(await left(QUERY));
    expect(await left('{ child { name secret } }')).not.toBe(await left(QUERY));
  });

  test('after each fragment is visited once, however often it is spread', () => {
    const levels = 9;
    const wide = smallGraph(
      `type Query { child(id: ID!): Child ${OPEN} }
       type Child { bullyingReports: Report ${CLOSED} risk: Report ${OPEN} } type Report { role: ID ${OPEN} level: ID ${OPEN} }`,
      {},
    );
    const looked = jest.spyOn(wide.schema, 'getType');
    const { removed } = rememberingFilter(wide.schema)(
      preparedOperation(nestedFragments(levels)),
      wide.staticDecisionsFor([]),
    );
    // Once for the type of each fragment.
    expect(looked).toHaveBeenCalledTimes(levels + 1);
    expect(new Set(removed.map(({ path }) => path.join('.')))).toEqual(new Set(['child.bullyingReports']));
  });
});
