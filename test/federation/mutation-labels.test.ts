import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { compose } from '../../developer-kit/compose/compose';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import { agencyDatabase } from '../../shared/subgraph/subgraph-settings';
import governanceCenter from '../../subgraphs/governance-center';
import { TEST_CHILD_IDS, testDatabase, testLedger } from '../support/databases';

const AGENCY = 'governance-center';

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'mutation-labels-'));
  cpSync(join(PROJECT, 'subgraphs'), copy, { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

/** Changes the first occurrence. @returns its line. */
function spoil(search: string, replacement: string, file = 'cases/schema.graphql'): number {
  const path = join(copy, AGENCY, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(search);
  writeFileSync(path, text.replace(search, replacement));
  return text.slice(0, text.indexOf(search)).split('\n').length;
}

const composed = () => compose(AGENCIES.map((agency) => ({ agency, folder: join(copy, agency) })));

const { readerUrl, writerUrl } = testDatabase(AGENCY);

const start = async (definition: object = {}, database: object = {}) => {
  const running = await startSubgraph({
    definition: { ...governanceCenter, folder: join(copy, AGENCY), ...definition },
    database: { ownerUrl: undefined, readerUrl, writerUrl, ...database },
    ledgerUrl: testLedger().readerUrl,
    district: undefined,
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });
  await running.close();
};

test('the governance centre composes and starts unchanged', async () => {
  expect(composed().faults).toEqual([]);
  await expect(start()).resolves.toBeUndefined();
});

const TAKE_STEP = 'takeStep(input: TakeStepInput!): Case @policy(policies: [["governance-center.case"]])';

describe('at composition and at start', () => {
  test.each<[string, string, string]>([
    [
      'without a label, although what it answers has one',
      'takeStep(input: TakeStepInput!): Case',
      'Field "Mutation.takeStep" has no label: add @policy, or list it as plain in the catalogue.',
    ],
    [
      'whose label asks for nothing',
      'takeStep(input: TakeStepInput!): Case @policy(policies: [])',
      'Field "Mutation.takeStep" has no label: add @policy, or list it as plain in the catalogue.',
    ],
    [
      'without a label, which answers something plain',
      'takeStep(input: TakeStepInput!): PageInfo',
      'Field "Mutation.takeStep" has no label: add @policy, or list it as plain in the catalogue.',
    ],
    [
      'whose refusal would be silent',
      'takeStep(input: TakeStepInput!): Case @policy(policies: [["governance-center.reporter"]])',
      'Mutation "Mutation.takeStep" is labelled "governance-center.reporter", whose refusal is silent: a caller must see that a mutation was refused.',
    ],
    [
      'whose refusal would be silent by one of two labels',
      'takeStep(input: TakeStepInput!): Case @policy(policies: [["governance-center.case"], ["governance-center.reporter"]])',
      'Mutation "Mutation.takeStep" is labelled "governance-center.reporter", whose refusal is silent: a caller must see that a mutation was refused.',
    ],
    [
      'that cannot answer null',
      'takeStep(input: TakeStepInput!): Case! @policy(policies: [["governance-center.case"]])',
      'Mutation "Mutation.takeStep" can be refused, so its type must be nullable.',
    ],
    [
      'with a label that the catalogue does not list',
      'takeStep(input: TakeStepInput!): Case @policy(policies: [["governance-center.cases"]])',
      'Field "Mutation.takeStep" is labelled "governance-center.cases", which the catalogue does not list.',
    ],
  ])('a mutation %s is refused, with file and line', async (_, replacement, message) => {
    const line = spoil(TAKE_STEP, replacement);
    const { faults, sdl } = composed();
    expect(sdl).toBeUndefined();
    expect(faults).toEqual([expect.stringContaining(`${AGENCY}: ${message}`)]);
    // The field's place includes the description above it.
    expect(faults[0]).toMatch(new RegExp(`${AGENCY}/cases/schema\\.graphql:(?:${line}|${line - 3})\\)$`));
    await expect(start()).rejects.toThrow(message);
  });

  test('a mutation that the catalogue lists as plain is refused, too', async () => {
    spoil(TAKE_STEP, 'takeStep(input: TakeStepInput!): Case');
    spoil('plain:', 'plain:\n  任何人可用: [Mutation.takeStep]', 'catalogue.yaml');
    await expect(start()).rejects.toThrow(/Mutation\.takeStep.* has no label/);
  });
});

describe('an agency with mutations does not start', () => {
  test.each(Object.keys(governanceCenter.resolvers.Mutation ?? {}))(
    'without a finder for the record that %s changes',
    async (name) => {
      const { [`Mutation.${name}`]: _, ...records } = governanceCenter.records;
      await expect(start({ records })).rejects.toThrow(`The mutation Mutation.${name} has no record finder.`);
    },
  );

  test('if a mutation is decided like a list', async () => {
    const records = { ...governanceCenter.records, 'Mutation.takeStep': governanceCenter.records['Query.cases'] };
    await expect(start({ records })).rejects.toThrow('The mutation Mutation.takeStep has no record finder.');
  });

  test('without a writer’s URL and an owner’s URL', async () => {
    const database = agencyDatabase(new Environment({ READER_DATABASE_URL_GOVERNANCE_CENTER: readerUrl }), AGENCY);
    expect(database).toEqual({ ownerUrl: undefined, readerUrl, writerUrl: undefined });
    await expect(start({}, database)).rejects.toThrow(
      'WRITER_DATABASE_URL_GOVERNANCE_CENTER is not set: governance-center has mutations.',
    );
  });
});

test('the writer’s URL is configured, or derived from the owner’s', () => {
  const ownerUrl = 'postgres://owner:secret@database:5432/governance_center';
  const named = 'postgres://writer:other@database:5432/governance_center';
  const of = (variables: Record<string, string>) => agencyDatabase(new Environment(variables), AGENCY)?.writerUrl;
  expect(of({ DATABASE_URL_GOVERNANCE_CENTER: ownerUrl, WRITER_DATABASE_URL_GOVERNANCE_CENTER: named })).toBe(named);
  const derived = new URL(of({ DATABASE_URL_GOVERNANCE_CENTER: ownerUrl }) ?? '');
  expect([derived.username, derived.host, derived.pathname]).toEqual([
    'governance_center_writer',
    'database:5432',
    '/governance_center',
  ]);
  expect(derived.password).not.toBe('secret');
});
