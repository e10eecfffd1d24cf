import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type GraphQLError, getIntrospectionQuery, parse } from 'graphql';
import { documentFault } from '../../../../gateway/limits/document-fault';
import { variablesFault } from '../../../../gateway/limits/input-limits';
import { mostRepeatedKey } from '../../../../gateway/limits/repeated-keys';
import { PROJECT } from '../../../../shared/config/project-root';
import { fiftyFragments, nestedFragments } from '../../../support/wide-operations';

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const fault = (query: string): Record<string, unknown> | undefined => told(documentFault(parse(query)));
const told = (error: GraphQLError | undefined) =>
  error && { code: error.extensions.code, limit: error.extensions.limit, message: error.message };
const child = (selections: string, rest = '') => `{ child(id: "a") { ${selections} } } ${rest}`;

describe('a document may be as large as its limits, and no larger', () => {
  test.each<[string, number, string, (size: number) => string]>([
    ['operations', 50, 'OPERATION_TOO_WIDE', (n) => times(n, (i) => `query Q${i} { a }`)],
    ['fragments', 100, 'OPERATION_TOO_WIDE', (n) => `{ a } ${times(n, (i) => `fragment F${i} on Child { id }`)}`],
    [
      'fragments, each spread',
      100,
      'OPERATION_TOO_WIDE',
      (n) =>
        child(
          times(n, (i) => `...F${i}`),
          times(n, (i) => `fragment F${i} on Child { id }`),
        ),
    ],
    [
      'fragments in a chain',
      100,
      'OPERATION_TOO_WIDE',
      (n) =>
        child(
          '...F0',
          times(n, (i) => `fragment F${i} on Child { id ${i < n - 1 ? `...F${i + 1}` : ''} }`),
        ),
    ],
    [
      'spreads of one fragment',
      1_000,
      'OPERATION_TOO_WIDE',
      (n) =>
        child(
          times(n, () => '...F'),
          'fragment F on A { a }',
        ),
    ],
    ['times the same field', 100, 'OPERATION_TOO_WIDE', (n) => child(times(n, () => 'id'))],
    [
      'times the same field, in objects that are merged',
      100,
      'OPERATION_TOO_WIDE',
      (n) => child(times(n, () => 'risk { level }')),
    ],
    [
      'times the same field, within fragments and on other types',
      100,
      'OPERATION_TOO_WIDE',
      (n) => child(times(n, (i) => `... on T${i} { risk { level } }`)),
    ],
    [
      'aliases in several operations',
      300,
      'OPERATION_TOO_WIDE',
      (n) => times(2, (o) => `query Q${o} { child { ${times(n / 2, (i) => `a${i}: id`)} } }`),
    ],
    [
      'entries of a list',
      200,
      'INPUT_TOO_LARGE',
      (n) => `{ children(filter: { a: [[${times(n, () => '1')}]] }) { a } }`,
    ],
    ['entries of a default', 200, 'INPUT_TOO_LARGE', (n) => `query ($l: [Int] = [${times(n, () => '1')}]) { a }`],
  ])('%s: %i', (_, limit, code, text) => {
    const { code: refused, limit: stated } = fault(text(limit + 2)) ?? {};
    expect({ refused, stated }).toEqual({ refused: code, stated: limit });
    expect(fault(text(limit))).toBeUndefined();
  });

  test('the message names the exceeded limit', () => {
    expect(fault(child(times(101, () => 'id')))?.message).toBe(
      'The operation has too many selections of one response key: at most 100.',
    );
  });

  test.each([
    '{ ...A } fragment A on Query { a { ...A } b { ...A } }',
    '{ ...A } fragment A on Query { ...B } fragment B on Query { a { ...A ...B } }',
  ])('a recursive fragment is left to the validator: %s', (query) => expect(fault(query)).toBeUndefined());

  const docs = (name: string) => readFileSync(join(PROJECT, 'examples', name), 'utf8');
  test.each<[string, string]>([
    ['record.graphql', docs('record.graphql')],
    ['child.graphql', docs('child.graphql')],
    ['case-view.graphql', docs('case-view.graphql')],
    [
      'introspection as tools send it',
      getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    ],
    ['500 fields in 50 fragments', fiftyFragments('a')],
    ['fragments within fragments', nestedFragments(8)],
    [
      '60 components that each ask for the same key',
      child(
        times(60, (i) => `...C${i}`),
        times(60, (i) => `fragment C${i} on Child { __typename id risk { level } a${i}: identity { fullName } }`),
      ),
    ],
  ])('an app’s document is accepted: %s', (_, query) => expect(fault(query)).toBeUndefined());
});

describe('the most repeated key', () => {
  type Selections = readonly { readonly key: string; readonly wrap: number; readonly below: Selections }[];
  const { selections } = fc.letrec<{ selections: Selections }>((tie) => ({
    selections: fc.array(
      fc.record({
        key: fc.constantFrom('a', 'b', 'c'),
        wrap: fc.nat(2),
        below: fc.oneof({ maxDepth: 3 }, fc.constant([]), tie('selections')),
      }),
      { maxLength: 4 },
    ),
  }));

  /** Every object of the answer by its path, and how often its keys are selected. */
  function counted(chosen: Selections, path: string, counts: Map<string, number>): Map<string, number> {
    for (const { key, below } of chosen) {
      counts.set(`${path}.${key}`, (counts.get(`${path}.${key}`) ?? 0) + 1);
      counted(below, `${path}.${key}`, counts);
    }
    return counts;
  }

  test('is counted per object of the answer, across all fields and fragments that select it', () => {
    fc.assert(
      fc.property(selections, (chosen) => {
        const fragments: string[] = [];
        const text = (some: Selections): string =>
          some
            .map(({ key, wrap, below }) => {
              const field = below.length === 0 ? key : `${key} { ${text(below)} }`;
              if (wrap === 0) return field;
              if (wrap === 1) return `... on T @include(if: $c) { ${field} }`;
              fragments.push(`fragment F${fragments.length} on T { ${field} }`);
              return `...F${fragments.length - 1}`;
            })
            .join(' ');
        const document = parse(`{ ${text(chosen) || 'z'} } ${fragments.join(' ')}`);
        const operation = document.definitions[0];
        if (operation?.kind !== 'OperationDefinition') throw new Error('There is no operation.');
        const most = Math.max(1, ...counted(chosen, '', new Map()).values());
        expect(mostRepeatedKey(document)(operation.selectionSet)).toBe(most);
      }),
      { seed: 20_261_129, numRuns: 300 },
    );
  });
});

describe('variables may be as many as their limits, and no more', () => {
  const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`);
  test.each<[string, number, Record<string, unknown>]>([
    ['201 entries', 200, { l: Array(201).fill('RED') }],
    ['201 entries, deep within', 200, { a: { b: [{ c: [[Array(201).fill(1)]] }] } }],
    ['30,000 entries', 200, { l: Array(30_000).fill('RED') }],
    ['lists of lists', 2_000, { l: Array(100).fill(Array(100).fill(1)) }],
    ['names that nobody asked for', 2_000, Object.fromEntries(Array.from({ length: 2_001 }, (_, n) => [`v${n}`, n]))],
    ['100,000 levels', 2_000, { l: nested(100_000) }],
  ])('%s', (_, limit, variables) => {
    expect(told(variablesFault(variables))).toMatchObject({ code: 'INPUT_TOO_LARGE', limit });
  });

  test('200 entries, and 2,000 values in total, are accepted', () => {
    expect(variablesFault({ l: Array(200).fill('RED') })).toBeUndefined();
    expect(variablesFault({ l: Array(9).fill(Array(200).fill(1)) })).toBeUndefined();
    expect(variablesFault({})).toBeUndefined();
  });
});
