import { lineOf } from '../../../../developer-kit/check/finding';
import { filesIn } from '../../../../developer-kit/check/project-files';
import { readAgency } from '../../../../developer-kit/check/read-agency';
import { agencyFolders } from '../../../../developer-kit/check/read-proposal';
import type { Reading } from '../../../../developer-kit/check/reading';
import { descriptions } from '../../../../developer-kit/check/rules/descriptions';
import { legalBases } from '../../../../developer-kit/check/rules/legal-bases';
import { names } from '../../../../developer-kit/check/rules/names';
import { nullability } from '../../../../developer-kit/check/rules/nullability';
import { understood } from '../../../../developer-kit/check/rules/readable';
import type { Rule } from '../../../../developer-kit/check/rules/rule';
import { servableDirectives } from '../../../../developer-kit/check/rules/servable-directives';
import { transitiveFlow } from '../../../../developer-kit/check/rules/transitive-flow';
import { PROJECT } from '../../../../shared/config/project-root';
import type { Agency } from '../../../../shared/domain/agencies';

interface SmallAgency {
  readonly schema?: string;
  readonly agreements?: string;
  readonly catalogue?: string;
  readonly policies?: string;
}

const CATALOGUE = (agency: Agency) =>
  `classes:\n  ${agency}.some: { name: 某, grade: general, basis: test, refusal: denied }\nplain: []\n`;

/** A rule's findings about agencies with only the given files, without the agencies' names. */
function said(rule: Rule, agencies: Readonly<Partial<Record<Agency, SmallAgency>>>): readonly string[] {
  const read = Object.entries(agencies).map(([name, { schema = '', agreements, catalogue, policies = '' }]) => {
    const agency = name as Agency;
    const file = (path: string, text: string) => ({ path: `subgraphs/${agency}/${path}`, text });
    return readAgency({
      agency,
      schema: [file('schema.graphql', schema || 'scalar Nothing')],
      catalogue: file('catalogue.yaml', catalogue ?? CATALOGUE(agency)),
      policies: [file('access.cedar', policies)],
      cases: [],
      migrations: [],
      facts: undefined,
      sharing: undefined,
      agreements: agreements === undefined ? undefined : file('agreements.yaml', agreements),
    });
  });
  const reading = { after: { agencies: new Map(read.map((one) => [one.agency, one])) } } as unknown as Reading;
  return rule(reading).map(lineOf);
}

const lint = (rule: Rule, schema: string) => said(rule, { education: { schema } });

const LABEL = '@policy(policies: [["education.some"]])';

test.each([
  ['type some { a: Int }', 'name: some is not PascalCase, as types are (subgraphs/education/schema.graphql:1)'],
  ['type Some_One { a: Int }', 'name: Some_One is not PascalCase, as types are (subgraphs/education/schema.graphql:1)'],
  [
    'type Some {\n  "x"\n  A: Int }',
    'name: Some.A is not camelCase, as fields and arguments are (subgraphs/education/schema.graphql:3)',
  ],
  [
    'type Some {\n  a(B: Int): Int }',
    'name: Some.a(B:) is not camelCase, as fields and arguments are (subgraphs/education/schema.graphql:2)',
  ],
  [
    'input Some { is_it: Int }',
    'name: Some.is_it is not camelCase, as fields and arguments are (subgraphs/education/schema.graphql:1)',
  ],
  [
    'enum Some {\n  One }',
    'name: Some.One is not UPPER_CASE, as values of enums are (subgraphs/education/schema.graphql:2)',
  ],
])('a name follows its convention: %s', (schema, line) => {
  expect(lint(names, schema)).toEqual([line]);
});

test('conventional names give no finding', () => {
  expect(lint(names, 'type Some2 { a1(bC: Int): Int } enum Kind { A B_2 FROM_6_TO_11 }')).toEqual([]);
});

const NEITHER = 'has no description, in English with the Chinese term';

test.each([
  ['type Some { "Some (某)" a: Int }', `Some ${NEITHER}`],
  ['"Something (某)." type Some { a: Int }', `Some.a ${NEITHER}`],
  ['"Something (某)." type Some { "Some" a: Int }', 'Some.a is described without the Chinese term'],
  ['"Something (某)." type Some { "某" a: Int }', 'Some.a is described in Chinese only; the English words are missing'],
  [
    '"Something (某)." type Some { "Some (某)" a("First" b: Int, c: Int): Int }',
    'Some.a(b:) is described without the Chinese term',
  ],
  ['"Kinds (类)." enum Some { "某" A B }', `Some.B ${NEITHER}`],
])('descriptions have both languages: %s', (schema, message) => {
  expect(lint(descriptions, schema)).toEqual([`description: ${message} (subgraphs/education/schema.graphql:1)`]);
});

test('an element that another agency describes needs no description', () => {
  expect(lint(descriptions, 'type Stub { a: Int @external } type Child { "Some (某)" b: Stub }')).toEqual([]);
});

test.each([
  [
    'type Some { a: [Int!] }',
    'Some.a is a list that can be or contain null; write [Int!]!, which is [] if there is nothing',
  ],
  [
    'type Some { a: [Int]! }',
    'Some.a is a list that can be or contain null; write [Int!]!, which is [] if there is nothing',
  ],
  [
    `type Child @key(fields: "id") { id: ID! a: Part! } type Part ${LABEL} { b: Int }`,
    'Child.a is an object that education.some can refuse; write Part, which is null then',
  ],
])('what stands in for a refused answer fits: %s', (schema, message) => {
  expect(lint(nullability, schema)).toEqual([`nullability: ${message} (subgraphs/education/schema.graphql:1)`]);
});

test('correct lists and objects give no finding, and a mutation can be refused', () => {
  const schema = `type Child @key(fields: "id") { id: ID! a: Part b: [Part!]! } type Part ${LABEL} { c: Inner! } type Inner { d: Int }`;
  expect(lint(nullability, `${schema} type Mutation { do: [Part!] }`)).toEqual([]);
});

test('directives that no gateway here would load are named', () => {
  expect(
    lint(servableDirectives, 'type Some @context(name: "some") { a(b: Int @fromContext(field: "$some")): Int }'),
  ).toEqual([
    'directive: @context composes, but the gateway refuses to load a supergraph with it (subgraphs/education/schema.graphql:1)',
    'directive: @fromContext composes, but the gateway refuses to load a supergraph with it (subgraphs/education/schema.graphql:1)',
  ]);
});

test('unreadable files are reported with file and line', () => {
  expect(
    said(understood, {
      education: {
        schema: 'type Some {\n  a Int }',
        policies: '@id("education.x")\npermit (principal, action, resource);',
      },
    }),
  ).toEqual([
    'rule: Rule "education.x" has no @basis: the article that allows it. (subgraphs/education/access.cedar:1)',
    'cases: There are no cases for the rules. (subgraphs/education/access.cases.yaml:1)',
    'schema: Syntax Error: Expected ":", found Name "Int". (subgraphs/education/schema.graphql:2)',
  ]);
  expect(
    said(understood, { education: { catalogue: 'classes:\n  education.some: { name: 某 }\nplain: []' } })[0],
  ).toMatch(/^catalogue: classes\.education\.some\.grade: .* \(subgraphs\/education\/catalogue\.yaml:2\)$/);
});

describe('a labelled field goes to another agency only by agreement', () => {
  const POLICE = {
    schema: `type Child @key(fields: "id") { id: ID! identity: Identity } type Identity { birthDate: Int @policy(policies: [["public-security.some"]]) asOf: Int }`,
  };
  const receiving = (directive: string) =>
    `type Child @key(fields: "id") {\n  id: ID!\n  identity: Identity @external\n  stage: Int ${directive}\n} type Identity { birthDate: Int @external asOf: Int @external }`;
  const REQUIRES = receiving('@requires(fields: "identity { birthDate asOf }")');
  const flows = (education: SmallAgency) => said(transitiveFlow, { 'public-security': POLICE, education });
  const agreement = (changes: Readonly<Record<string, unknown>> = {}) =>
    JSON.stringify({
      agreements: [
        {
          from: 'public-security',
          fields: ['Identity.birthDate'],
          purpose: '学段核对',
          basis: '网络数据安全管理条例 第十二条',
          ...changes,
        },
      ],
    });
  const REFUSED =
    'flow: Identity.birthDate (public-security.some) would be sent from public-security to education, by @requires on Child.stage; ' +
    'no agreement in subgraphs/education/agreements.yaml allows it (subgraphs/education/schema.graphql:4)';

  test('by @requires', () => {
    expect(flows({ schema: REQUIRES })).toEqual([REFUSED]);
    expect(flows({ schema: REQUIRES, agreements: agreement() })).toEqual([]);
  });

  test('under another name of the directive too', () => {
    const link =
      'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@requires", as: "@needs" }]) ';
    expect(flows({ schema: link + REQUIRES.replace('@requires', '@needs') })).toHaveLength(1);
    expect(flows({ schema: REQUIRES.replace('@requires', '@federation__requires') })).toHaveLength(1);
  });

  test('by @provides, which answers it from other data', () => {
    const schema = receiving('').replace(
      'identity: Identity @external',
      'copy: Identity @provides(fields: "birthDate")',
    );
    expect(flows({ schema })).toEqual([
      'flow: Identity.birthDate (public-security.some) of public-security would be answered by education from its own data, ' +
        'by @provides on Child.copy; no agreement in subgraphs/education/agreements.yaml allows it (subgraphs/education/schema.graphql:3)',
    ]);
  });

  test('and no agreement allows a key', () => {
    const schema = POLICE.schema.replace('fields: "id"', 'fields: "id identity { birthDate }"');
    const lines = said(transitiveFlow, {
      'public-security': { schema },
      education: { schema: receiving(''), agreements: agreement() },
    });
    expect(lines[0]).toBe(
      'flow: Identity.birthDate (public-security.some) would be sent from public-security to every agency that knows Child, by @key on ' +
        'Child; a key may contain only the pseudonym (subgraphs/public-security/schema.graphql:1)',
    );
  });

  test('an agreement with another agency, or about another field, allows nothing', () => {
    const other = agreement({ fields: ['Identity.asOf'] });
    expect(flows({ schema: REQUIRES, agreements: other })).toEqual([
      REFUSED,
      'agreement: the agreement about Identity.asOf of public-security is not used: remove it ' +
        '(subgraphs/education/agreements.yaml:1)',
    ]);
  });

  test('an agreement about an unknown field, or with itself, is refused', () => {
    expect(flows({ schema: receiving(''), agreements: agreement({ fields: ['Identity.birthday'] }) })).toEqual([
      'agreement: public-security has no field Identity.birthday (subgraphs/education/agreements.yaml:1)',
    ]);
    expect(
      flows({ schema: receiving(''), agreements: agreement({ from: 'education', fields: ['Child.stage'] }) }),
    ).toEqual(['agreement: education needs no agreement with itself (subgraphs/education/agreements.yaml:1)']);
  });

  test('an agreement without a basis is invalid', () => {
    const agreements =
      'agreements:\n  - from: public-security\n    fields: [Identity.birthDate]\n    purpose: 学段核对\n';
    expect(flows({ schema: REQUIRES, agreements })).toEqual([REFUSED]);
    expect(said(understood, { education: { schema: REQUIRES, agreements } })).toContainEqual(
      expect.stringMatching(/^agreement: agreements\.0\.basis: .* \(subgraphs\/education\/agreements\.yaml:2\)$/),
    );
  });
});

test('every agency of the project follows all rules', () => {
  const agencies = agencyFolders(filesIn(PROJECT)).map(readAgency);
  const reading = { after: { agencies: new Map(agencies.map((one) => [one.agency, one])) } } as unknown as Reading;
  expect(agencies.length).toBeGreaterThanOrEqual(6);
  const rules = [understood, legalBases, names, descriptions, nullability, servableDirectives, transitiveFlow];
  expect(rules.flatMap((rule) => rule(reading)).map(lineOf)).toEqual([]);
});
