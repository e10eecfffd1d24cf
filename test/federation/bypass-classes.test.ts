import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { composed, LINK, type SmallAgency, type SmallFederation, smallFederation } from '../support/small-federation';

/** Known ways around labels, all closed. A value that must not leak is called `leak`. */

const EVERYWHERE = { region: '990101001001' };
const label = (name: string, agency = 'governance-center') => `@policy(policies: [["${agency}.${name}"]])`;
const OPEN = label('open');
const CLOSED = label('closed');

const centre = (schema: string, resolvers: SmallAgency['resolvers'] = {}, records: SmallAgency['records'] = {}) =>
  ({ agency: 'governance-center', schema, resolvers, records }) satisfies SmallAgency;

let federation: SmallFederation | undefined;
afterEach(async () => {
  await federation?.close();
  federation = undefined;
});

/** Sends a query, and checks that nothing leaked to the client or gateway, and that no agency was asked for it. */
async function asks(query: string, unasked: RegExp) {
  const { text, body } = await (federation as SmallFederation).ask(query);
  expect(text).not.toContain('leak');
  for (const exchange of (federation as SmallFederation).exchanges) {
    expect(exchange.answer).not.toContain('leak');
    expect(exchange.query).not.toMatch(unasked);
  }
  return {
    data: body.data,
    denied: body.extensions.access.denied.map(({ coordinate }: { coordinate: string }) => coordinate),
  };
}

describe('a label under another name (GHSA-g8jh-vg5j-4h3f)', () => {
  const schema = (imports: string, name: string) => `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", ${imports})
    type Query { child: Child @${name}(policies: [["governance-center.open"]]) }
    type Child @${name}(policies: [["governance-center.open"]]) { id: ID! secret: String @${name}(policies: [["governance-center.closed"]]) }`;
  const RENAMED = schema('import: ["@inaccessible", { name: "@policy", as: "@label" }]', 'label');

  test('is accepted by the library’s composition, but refused by ours with the agency’s name, and by the gateway when it starts', () => {
    const { supergraphSdl = '' } = composeServices([{ name: 'governance-center', typeDefs: parse(RENAMED) }]);
    expect(supergraphSdl).toContain('@label(policies: [["governance-center.closed"]])');
    expect(() => readSupergraph(supergraphSdl)).toThrow(/renames the security directive @policy/);
    expect(composed([centre(RENAMED)]).faults).toContainEqual(
      expect.stringMatching(/^governance-center: A security directive must keep its name/),
    );
  });

  test.each([
    ['the prefix of its specification', 'import: ["@inaccessible"]', 'federation__policy'],
    ['a specification that is renamed', 'as: "fed", import: ["@inaccessible"]', 'fed__policy'],
  ])('is refused with %s', (_, imports, name) => {
    expect(composed([centre(schema(imports, name))]).faults).toContainEqual(
      expect.stringMatching(/Field "Child\.secret" has no label/),
    );
    // Also not in addition to the right name, when every field already has a label.
    const beside = schema(imports.replace('["@inaccessible"]', '["@inaccessible", "@policy"]'), 'policy').replace(
      '@policy(policies: [["governance-center.closed"]])',
      `@${name}(policies: [["governance-center.closed"]])`,
    );
    expect(composed([centre(beside)]).faults).toEqual([expect.stringContaining(`Unknown directive "@${name}"`)]);
  });

  test('is refused if an agency defines the directive itself, which composition would drop', () => {
    const own = schema('import: ["@inaccessible"]', 'policy');
    const definition = 'directive @policy(policies: [[String!]!]!) on OBJECT | FIELD_DEFINITION';
    const { faults, sdl } = composed([centre(`${own} ${definition}`)]);
    expect({ faults, sdl }).toEqual({
      faults: [expect.stringMatching(/^governance-center: The directive @policy must be imported from federation/)],
      sdl: undefined,
    });
  });
});
describe('a label on a type that implements an interface, reached through fragments (GHSA-mx7m-j9xf-62hw)', () => {
  const SCHEMA = `
    type Query { contacts: [Contact!]! ${OPEN} }
    interface Contact { phone: String name: String }
    type Teacher implements Contact { phone: String ${CLOSED} name: String ${OPEN} }
    type Office implements Contact { phone: String ${OPEN} name: String ${OPEN} }`;
  const contacts = () => [
    { __typename: 'Teacher', phone: 'leak', name: 'teacher' },
    { __typename: 'Office', phone: '110', name: 'office' },
  ];
  const agency = centre(SCHEMA, { Query: { contacts } }, { 'Query.contacts': () => EVERYWHERE });

  test('on the interface itself, it is refused by composition, and by the gateway when it starts', () => {
    const onInterface = SCHEMA.replace(
      'interface Contact { phone: String',
      `interface Contact { phone: String ${CLOSED}`,
    );
    expect(composed([centre(onInterface)]).faults.join()).toMatch(/@policy cannot be applied on interfaces/);
    const sdl = composed([agency]).sdl ?? '';
    const others = sdl.replace(/(interface Contact[\s\S]*?phone: String )@policy[^\n]*/, `$1${label('silent')}`);
    expect(others).not.toBe(sdl);
    expect(() => readSupergraph(others)).toThrow(/Contact\.phone has a label on the interface/);
  });

  test.each<[string, string, unknown, string[]]>([
    [
      'the interface',
      '{ contacts { name phone } }',
      [
        { name: 'teacher', phone: null },
        { name: 'office', phone: null },
      ],
      ['Contact.phone'],
    ],
    [
      'a fragment on the interface, within one',
      '{ contacts { ...A } } fragment A on Contact { ...B } fragment B on Contact { name p: phone }',
      [
        { name: 'teacher', p: null },
        { name: 'office', p: null },
      ],
      ['Contact.phone'],
    ],
    [
      'a fragment on the type',
      '{ contacts { name ... on Teacher { phone } } }',
      [{ name: 'teacher', phone: null }, { name: 'office' }],
      ['Teacher.phone'],
    ],
    [
      'a fragment on the type within one on the interface',
      '{ contacts { ...A } } fragment A on Contact { ... on Teacher { ... on Contact { ... on Teacher { phone } } } }',
      [{ phone: null }, {}],
      ['Teacher.phone'],
    ],
  ])('is not bypassed through %s', async (_, query, answer, refused) => {
    federation = await smallFederation([agency]);
    expect(await asks(query, /phone/)).toEqual({ data: { contacts: answer }, denied: refused });
  });

  test('is not bypassed if composition has not put the label on the interface as well', async () => {
    const sdl = composed([agency]).sdl ?? '';
    const unpropagated = sdl.replace(/(interface Contact[\s\S]*?phone: String) @policy[^\n]*/, '$1');
    expect(unpropagated).not.toBe(sdl);
    federation = await smallFederation([agency], unpropagated);
    expect(await asks('{ contacts { phone } }', /phone/)).toEqual({
      data: { contacts: [{ phone: null }, { phone: null }] },
      denied: ['Contact.phone'],
    });
  });

  test('does not refuse a type without the label', async () => {
    federation = await smallFederation([agency]);
    expect((await asks('{ contacts { ... on Office { phone } } }', /on Teacher/)).data).toEqual({
      contacts: [{}, { phone: '110' }],
    });
  });
});

describe('a label on types behind an interface or a union (GHSA-x33c-7c2v-mrj9)', () => {
  const agency = (types: string) =>
    centre(
      `type Query { facts: [Fact!]! ${OPEN} any: [Any!]! ${OPEN} one: Any ${OPEN} }
       interface Fact { text: String } union Any = Plain | Other ${types}`,
      {
        Query: Object.fromEntries(
          ['facts', 'any', 'one'].map((name) => [name, () => (name === 'one' ? leak : [leak])]),
        ),
      },
      Object.fromEntries(['facts', 'any', 'one'].map((name) => [`Query.${name}`, () => EVERYWHERE])),
    );
  const leak = { __typename: 'Other', text: 'leak' };
  const QUERY =
    '{ facts { text ... on Other { text } } any { __typename ... on Other { text } ...F } one { ...F } } fragment F on Fact { text }';

  test.each([
    [
      'all of them',
      `type Plain implements Fact ${CLOSED} { text: String } type Other implements Fact ${CLOSED} { text: String }`,
    ],
    [
      'one of them',
      `type Plain implements Fact ${OPEN} { text: String } type Other implements Fact ${CLOSED} { text: String }`,
    ],
  ])('refuses every field that leads to them if %s have it', async (_, types) => {
    federation = await smallFederation([agency(types)]);
    expect(await asks(QUERY, /./)).toEqual({
      data: { facts: [], any: [], one: null },
      denied: ['Query.facts', 'Query.any', 'Query.one'],
    });
    expect(federation.exchanges).toEqual([]);
  });

  test('refuses only the field if all of them have the label on it', async () => {
    const types = ['Plain', 'Other'].map(
      (name) => `type ${name} implements Fact { text: String ${CLOSED} id: ID! ${OPEN} }`,
    );
    federation = await smallFederation([agency(types.join(' '))]);
    expect(await asks(QUERY, /text/)).toEqual({
      data: { facts: [{ text: null }], any: [{ __typename: 'Other', text: null }], one: { text: null } },
      denied: ['Fact.text', 'Other.text'],
    });
  });
});

describe('a field that requires another agency’s (GHSA-m8jr-fxqx-8xx6)', () => {
  const derived = (labels: string) => `type Child @key(fields: "id") {
    id: ID! secret: String @external derived: String @requires(fields: "secret") ${labels} }`;
  const own: SmallAgency = centre(
    `type Query { child: Child ${OPEN} } type Child @key(fields: "id") { id: ID! secret: String ${CLOSED} }`,
    {
      Query: { child: () => ({ id: 'a'.repeat(43) }) },
      Child: { __resolveReference: ({ id }: { id: string }) => ({ id }), secret: () => 'leak' },
    },
    { 'Query.child': () => EVERYWHERE, Child: () => EVERYWHERE },
  );
  const other: SmallAgency = {
    agency: 'education',
    schema: derived(label('open', 'education')),
    plain: ['Child.secret'],
    resolvers: {
      Child: {
        __resolveReference: (reference: object) => reference,
        derived: ({ secret }: { secret?: string }) => `from ${secret}`,
      },
    },
    records: { Child: () => EVERYWHERE },
  };

  test('is refused by our composition, whatever its labels: agencies receive only keys', () => {
    expect(composed([own, other]).faults.join()).toMatch(
      /education: Field "derived" needs fields of another agency \(@requires\)/,
    );
  });

  test('is refused by the library’s composition if its label requires less than the fields that it reads', () => {
    const { errors = [] } = composeServices(
      [own, other].map(({ agency, schema }) => ({ name: agency, typeDefs: parse(`${LINK}\n${schema}`) })),
    );
    expect(errors.join()).toMatch(/does not specify necessary .* "Child\.secret"/);
  });

  test('is refused by our composition if its label requires as much: an agency’s labels name only its own classes', () => {
    const both = derived('@policy(policies: [["education.open", "governance-center.closed"]])');
    expect(composed([own, { ...other, schema: both }]).faults.join()).toMatch(
      /education: Field "Child\.derived" is labelled "governance-center\.closed"/,
    );
  });

  test('reads nothing even if composition did not check: the owner decides, and only the keys of references are read', async () => {
    const services = [
      own,
      { ...other, schema: derived('@policy(policies: [["education.open", "governance-center.closed"]])') },
    ];
    const { supergraphSdl = '' } = composeServices(
      services.map(({ agency, schema }) => ({ name: agency, typeDefs: parse(`${LINK}\n${schema}`) })),
    );
    const unchecked = supergraphSdl.replace('"education.open", "governance-center.closed"', '"education.open"');
    expect(unchecked).not.toBe(supergraphSdl);
    federation = await smallFederation([own, other], unchecked);
    expect((await asks('{ child { derived } }', /leak/)).data).toEqual({ child: { derived: 'from undefined' } });
    // The agency was asked for a field that the client may not select, and refused.
    expect(federation.exchanges.map(({ query, answer }) => [/secret/.test(query), answer])).toContainEqual([
      true,
      expect.stringContaining('"secret":null'),
    ]);
  });
});

test('a field whose label no catalogue lists is refused to everyone without a trace, and its agency is not asked', async () => {
  const agency = centre(
    `type Query { child: Child ${OPEN} } type Child { id: ID! ${OPEN} secret: String ${CLOSED} }`,
    { Query: { child: () => ({ id: '1', secret: 'leak' }) } },
    { 'Query.child': () => EVERYWHERE },
  );
  const sdl = composed([agency]).sdl ?? '';
  const unlisted = sdl.replaceAll('"governance-center.closed"', '"governance-center.clsoed"');
  expect(unlisted).not.toBe(sdl);
  federation = await smallFederation([agency], unlisted);
  expect(await asks('{ child { id secret } }', /secret/)).toEqual({
    data: { child: { id: '1', secret: null } },
    denied: [],
  });
  expect(composed([centre(agency.schema.replace('closed', 'clsoed'))]).faults.join()).toMatch(
    /which the catalogue does not list/,
  );
});
