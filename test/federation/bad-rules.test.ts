import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { compose } from '../../developer-kit/compose/compose';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import education from '../../subgraphs/education';
import { TEST_CHILD_IDS, testDatabase } from '../support/databases';

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'bad-rules-'));
  cpSync(join(PROJECT, 'subgraphs'), copy, { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true }));

/** Changes the first occurrence in education's file. @returns its line. */
function spoil(file: string, search: string, replacement: string): number {
  const path = join(copy, 'education', file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(search);
  writeFileSync(path, text.replace(search, replacement));
  return text.slice(0, text.indexOf(search)).split('\n').length;
}

const faultsOfCompose = () => compose(AGENCIES.map((agency) => ({ agency, folder: join(copy, agency) }))).faults;

const startEducation = async () => {
  const running = await startSubgraph({
    definition: { ...education, folder: join(copy, 'education') },
    database: { ownerUrl: undefined, readerUrl: testDatabase('education').readerUrl, writerUrl: undefined },
    district: undefined,
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });
  await running.close();
};

/** The bundle after a manual change. */
function spoiledBundle(): string {
  const bundle = JSON.parse(readFileSync(join(PROJECT, 'gateway/generated/rules.json'), 'utf8'));
  bundle.agencies.education.policies = readFileSync(join(copy, 'education/access.cedar'), 'utf8');
  bundle.agencies.education.catalogue = readFileSync(join(copy, 'education/catalogue.yaml'), 'utf8');
  return JSON.stringify(bundle);
}

const RULES: readonly [string, string, string, RegExp][] = [
  [
    'a misspelt role',
    'Role::"case-worker"',
    'Role::"case-wroker"',
    /education: Rule "education\.assessment" names unknown Role "case-wroker"; did you mean "case-worker"\?/,
  ],
  [
    'a misspelt purpose',
    'Purpose::"VISIT"',
    'Purpose::"VIST"',
    /education: Rule "education\.visit" names unknown Purpose "VIST"; did you mean "VISIT"\?/,
  ],
  [
    'a misspelt attribute',
    'resource.region in',
    'resource.regoin in',
    /education: Rule "education\.owner": attribute `regoin` .*; did you mean `region`\?/,
  ],
  [
    'a misspelt data class',
    'DataClass::"education.wellbeing"',
    'DataClass::"education.welbeing"',
    /education: Rule "education\.assessment" names unknown DataClass "education\.welbeing"; did you mean "education\.wellbeing"\?/,
  ],
  [
    'a misspelt agency',
    'Agency::"education"',
    'Agency::"eduction"',
    /education: Rule "education\.owner" names unknown Agency "eduction"; did you mean "education"\?/,
  ],
  [
    'a rule without @basis',
    '@basis("未成年人保护法 第八十一条; 个人信息保护法 第六条、第三十四条、第三十七条; 网络数据安全管理条例 第十二条")\n',
    '',
    /education: Rule "education\.assessment" has no @basis/,
  ],
];

test.each(RULES)(
  '%s is refused in one line with its place: by compose, and by the subgraph and the gateway when they start',
  async (_, search, replacement, message) => {
    const line = spoil('access.cedar', search, replacement);
    const composed = faultsOfCompose();
    expect(composed).toHaveLength(1);
    expect(composed[0]).toMatch(message);
    // If a line is missing, the rule's first line is named.
    expect(composed[0]).toMatch(new RegExp(`access\\.cedar:(?:${line}|${line - 1})\\)$`));
    await expect(startEducation()).rejects.toThrow(message);
    expect(() => readRuleBundle(spoiledBundle())).toThrow(message);
  },
);

const LABELS: readonly [string, string, string, string, RegExp][] = [
  [
    'a label without an entry in the catalogue',
    'schema.graphql',
    '"education.bullying"',
    '"education.bulying"',
    /education: Field "Child\.bullyingReports" is labelled "education\.bulying", which the catalogue does not list/,
  ],
  [
    'a field without a label',
    'schema.graphql',
    'asOf: DateTime!\n}',
    'asOf: DateTime!\n}\n"Loose."\ntype Loose {\n  x: Int\n}',
    /education: Field "Loose\.x" has no label/,
  ],
  [
    'a mask on something else than a string',
    'schema.graphql',
    'score: Int @policy',
    'score: Int @mask(as: NAME) @policy',
    /education: Field "WellbeingScreening\.score" has a mask/,
  ],
  [
    'a renamed security directive',
    'schema.graphql',
    '"@policy", ',
    '{ name: "@policy", as: "@label" }, ',
    /education: A security directive must keep its name/,
  ],
  [
    'a field that can keep no silence',
    'schema.graphql',
    'score: Int @policy',
    'score: Int! @policy',
    /education: Field "WellbeingScreening\.score" can be neither null nor \[\], so a refusal of/,
  ],
  [
    'an attribute of a type that rules do not have',
    'catalogue.yaml',
    'locationProtected: Bool',
    'locationProtected: Bool\n  boarding: Yes',
    /education: record\.boarding: .*catalogue\.yaml:\d+\)/,
  ],
];

test.each(LABELS)(
  '%s is refused by compose, and by the subgraph when it starts',
  async (_, file, search, replacement, message) => {
    spoil(file, search, replacement);
    expect(faultsOfCompose().join('\n')).toMatch(message);
    await expect(startEducation()).rejects.toThrow(new RegExp(message.source.replace('education: ', '')));
  },
);

test('an agency without rules does not compose and does not start', async () => {
  rmSync(join(copy, 'education/access.cedar'));
  expect(faultsOfCompose().join('\n')).toMatch(/education: .*access\.cedar/);
  await expect(startEducation()).rejects.toThrow(/access\.cedar/);
});
