import { lineOf } from '../../../../developer-kit/check/finding';
import { filesIn } from '../../../../developer-kit/check/project-files';
import type { AgencyFolder } from '../../../../developer-kit/check/proposal';
import { readAgency } from '../../../../developer-kit/check/read-agency';
import { agencyFolders } from '../../../../developer-kit/check/read-proposal';
import type { Reading } from '../../../../developer-kit/check/reading';
import { legalBases } from '../../../../developer-kit/check/rules/legal-bases';
import { citationsIn } from '../../../../developer-kit/legal-basis/citation';
import { LAST_ARTICLE } from '../../../../developer-kit/legal-basis/last-articles';
import { sharingIn } from '../../../../developer-kit/legal-basis/sharing';
import { PROJECT } from '../../../../shared/config/project-root';

const FOLDER = 'subgraphs/education';

/** The findings about education with one class, one rule, one agreement and their changes. */
function said(changes: {
  readonly classBasis?: string;
  readonly ruleBasis?: string;
  readonly annotation?: string;
  readonly condition?: string;
  /** Of the entry in sharing.yaml; null removes a member. */
  readonly entry?: Readonly<Record<string, unknown>>;
  readonly sharing?: string | null;
  readonly agreements?: string;
}): readonly string[] {
  const file = (path: string, text: string) => ({ path: `${FOLDER}/${path}`, text });
  const entry = Object.entries({ ...ENTRY, ...changes.entry }).filter(([, value]) => value !== null);
  const sharing =
    changes.sharing === undefined
      ? `agreements:\n  - ${entry.map(([key, value]) => `${key}: ${JSON.stringify(value)}`).join('\n    ')}\n`
      : changes.sharing;
  const folder: AgencyFolder = {
    agency: 'education',
    schema: [file('schema.graphql', 'scalar Nothing')],
    catalogue: file(
      'catalogue.yaml',
      `classes:
  education.some: { name: 某, grade: general, basis: ${changes.classBasis ?? GOOD}, refusal: denied }
  education.other: { name: 他, grade: general, basis: ${GOOD}, refusal: denied }
plain: []
`,
    ),
    policies: [
      file(
        'reports/access.cedar',
        `// A rule.
@id("education.rule")
@basis("${changes.ruleBasis ?? GOOD}")
${changes.annotation ?? `@agreement("${NAME}")`}
permit (principal, action == Action::"read", resource)
when { ${changes.condition ?? CONDITION} };
`,
      ),
    ],
    cases: [],
    migrations: [],
    facts: undefined,
    sharing: sharing === null ? undefined : file('sharing.yaml', sharing),
    agreements: changes.agreements === undefined ? undefined : file('agreements.yaml', changes.agreements),
  };
  const agencies = new Map([['education', readAgency(folder)]]);
  return legalBases({ after: { agencies } } as unknown as Reading).map(lineOf);
}

const GOOD = '未成年人保护法 第九条';
const NAME = 'education/governance-center/demo-1';
const CONDITION = 'context.purpose == Purpose::"VISIT" && resource in DataClass::"education.some"';
const ENTRY = {
  number: 'demo-1',
  recipient: 'governance-center',
  parties: ['education', 'governance-center'],
  purposes: ['VISIT'],
  classes: ['education.some'],
  state: 'demo',
};
const RULE = 'basis: Rule "education.rule"';
const AT_RULE = `(${FOLDER}/reports/access.cedar:2)`;
const NO_ENTRY = `${RULE} names the agreement "${NAME}", which ${FOLDER}/sharing.yaml does not have ${AT_RULE}`;

test('a rule and a class with articles, and an agreement with its entry, give no finding', () => {
  expect(said({})).toEqual([]);
  expect(said({ annotation: '', sharing: null })).toEqual([]);
});

test('a law without an article is refused, in a class and in a rule', () => {
  expect(said({ classBasis: '政务数据共享条例' })).toEqual([
    `basis: Class "education.some" cites 政务数据共享条例 without an article (${FOLDER}/catalogue.yaml:2)`,
  ]);
  expect(said({ ruleBasis: '未成年人保护法' })).toEqual([`${RULE} cites 未成年人保护法 without an article ${AT_RULE}`]);
});

test('(m) an article that its law does not have is refused, in a class and in a rule', () => {
  expect(said({ classBasis: '反家庭暴力法 第三十九条' })).toEqual([
    'basis: Class "education.some" cites 反家庭暴力法 第三十九条, but its last article is 第三十八条 ' +
      `(${FOLDER}/catalogue.yaml:2)`,
  ]);
  expect(said({ ruleBasis: `${GOOD}、第一百三十三条` })).toEqual([
    `${RULE} cites 未成年人保护法 第一百三十三条, but its last article is 第一百三十二条 ${AT_RULE}`,
  ]);
});

test('a law whose text is not at hand is noted', () => {
  const noted = 'cites 民法典, whose text is not at hand: its articles are not checked';
  expect(said({ classBasis: '民法典 第一千一百一十条', ruleBasis: '民法典 第一千一百一十条' })).toEqual([
    `basis: Class "education.some" ${noted} (${FOLDER}/catalogue.yaml:2)`,
    `${RULE} ${noted} ${AT_RULE}`,
  ]);
});

test('the basis of an agreement to send fields is held to the same', () => {
  const agreements = (basis: string) =>
    JSON.stringify({
      agreements: [{ from: 'public-security', fields: ['Identity.birthDate'], purpose: '核对', basis }],
    });
  expect(said({ agreements: agreements('网络数据安全管理条例 第十二条') })).toEqual([]);
  expect(said({ agreements: agreements('网络数据安全管理条例') })).toEqual([
    `basis: The agreement with public-security cites 网络数据安全管理条例 without an article (${FOLDER}/agreements.yaml:1)`,
  ]);
});

describe('an agreement has an entry in sharing.yaml', () => {
  test.each([
    ['without the file', { sharing: null }],
    ['with another number', { entry: { number: 'demo-2' } }],
    ['with another recipient', { entry: { recipient: 'joint-meeting' } }],
  ])('%s, the rule is refused', (_, changes) => {
    expect(said(changes)).toEqual([NO_ENTRY]);
  });

  test('of its own agency', () => {
    const other = 'civil-affairs/governance-center/demo-1';
    expect(said({ annotation: `@agreement("${other}")` })).toEqual([NO_ENTRY.replace(NAME, other)]);
    expect(said({ annotation: '@agreement' })).toEqual([NO_ENTRY.replace(NAME, '')]);
  });

  test('which covers the classes and purposes that the rule names', () => {
    const uncovered = (name: string) =>
      `${RULE} names ${name}, which the agreement "${NAME}" does not cover ${AT_RULE}`;
    expect(said({ entry: { classes: ['education.other'] } })).toEqual([uncovered('education.some')]);
    expect(said({ entry: { purposes: ['CASE_HANDLING'] } })).toEqual([uncovered('VISIT')]);
    expect(
      said({ condition: CONDITION.replace('context', 'resource in DataClass::"education.other" && context') }),
    ).toEqual([uncovered('education.other')]);
  });

  test('and the rule names classes and purposes', () => {
    expect(said({ condition: 'resource.region in principal.region' })).toEqual([
      `${RULE} names no data class, but an agreement ${AT_RULE}`,
      `${RULE} names no purpose, but an agreement ${AT_RULE}`,
    ]);
  });
});

describe('faults of an entry have their line', () => {
  const place = (line: number) => `(${FOLDER}/sharing.yaml:${line})`;

  test.each<[what: string, entry: Readonly<Record<string, unknown>>, fault: string, line: number]>([
    ['no class', { classes: [] }, 'classes: names no data class', 6],
    ['no classes at all', { classes: null }, 'classes: is missing', 2],
    ['no purpose', { purposes: [] }, 'purposes: names no purpose', 5],
    ['no state', { state: null }, 'state: Invalid option: expected one of "signed"|"demo"', 2],
    ['a number with a slash', { number: '2026/1' }, 'number: must be a number without spaces and slashes', 2],
  ])('%s', (_, entry, fault, line) => {
    expect(said({ entry })).toEqual([`basis: agreements.0.${fault} ${place(line)}`]);
  });

  test('a class that its owner does not have', () => {
    expect(said({ entry: { classes: ['education.some', 'public-security.identity'] } })).toEqual([
      `basis: agreements.0.classes.1: education has no data class "public-security.identity" ${place(6)}`,
    ]);
  });

  test('parties without the owner or the recipient', () => {
    expect(said({ entry: { parties: ['public-security'] } })).toEqual([
      `basis: agreements.0.parties: education is not among them ${place(4)}`,
      `basis: agreements.0.parties: governance-center is not among them ${place(4)}`,
    ]);
  });

  test('an agreement of an agency with itself', () => {
    expect(said({ entry: { recipient: 'education' }, annotation: '' })).toEqual([
      `basis: agreements.0.recipient: education needs no agreement with itself ${place(3)}`,
    ]);
  });

  test('an unknown state, an unknown party and an unknown purpose', () => {
    const faults = said({ entry: { state: 'planned', parties: ['customs'], purposes: ['AUDIT'] } });
    expect(faults).toHaveLength(3);
    for (const member of ['state', 'parties.0', 'purposes.0']) {
      expect(faults).toContainEqual(
        expect.stringMatching(new RegExp(`^basis: agreements\\.0\\.${member}: .*sharing\\.yaml:`)),
      );
    }
  });

  test('two agreements of one name', () => {
    const twice = `agreements: [${JSON.stringify(ENTRY)},\n ${JSON.stringify(ENTRY)}]`;
    expect(said({ sharing: twice })).toEqual([
      `basis: agreements.1.number: two agreements are named ${NAME} ${place(2)}`,
    ]);
  });

  test('a file that is not YAML', () => {
    expect(said({ sharing: 'agreements: [' })).toEqual([
      expect.stringMatching(/^basis: .*\(subgraphs\/education\/sharing\.yaml:\d+\)$/),
    ]);
  });
});

// Every class and rule of the project.

const AGENCIES = agencyFolders(filesIn(PROJECT)).map(readAgency);
const RULES = AGENCIES.flatMap(({ rules }) => rules?.policies ?? []);
const BASES = [
  ...RULES.map(({ id, basis }) => [id, basis] as const),
  ...AGENCIES.flatMap(({ catalogue }) =>
    [...(catalogue?.classes ?? [])].map(([name, { basis }]) => [name, basis] as const),
  ),
];

test.each(BASES)('%s cites articles of laws at hand', (_, basis) => {
  for (const { law, provisions, unreadable } of citationsIn(basis)) {
    expect([law, unreadable]).toEqual([law, []]);
    expect(provisions.length).toBeGreaterThan(0);
    for (const { article, to = article } of provisions) expect(to).toBeLessThanOrEqual(LAST_ARTICLE.get(law) ?? 0);
  }
});

const OTHERS_IN_RULES = /\.(?:case-worker|case-handling)(?:-masked)?$/;
const IN_MEETINGS = /\.(?:joint-meeting(?:-masked)?|case-conference)$/;

test.each(AGENCIES.map((read) => [read.agency, read] as const))(
  'every rule of %s that opens data to case workers of the centre or in meetings names an agreement, and every agreement is named',
  (agency, { rules, catalogue, folder }) => {
    const policies = rules?.policies ?? [];
    const opening = policies.filter(
      ({ id }) => IN_MEETINGS.test(id) || (OTHERS_IN_RULES.test(id) && agency !== 'governance-center'),
    );
    expect(opening.filter(({ agreement }) => agreement === undefined).map(({ id }) => id)).toEqual([]);
    expect(opening.length).toBeGreaterThan(0);
    const { agreements } = sharingIn(
      folder.sharing?.text ?? '',
      'sharing.yaml',
      catalogue as NonNullable<typeof catalogue>,
    );
    expect([...(agreements?.keys() ?? [])].sort()).toEqual(
      [...new Set(policies.flatMap(({ agreement }) => agreement ?? []))].sort(),
    );
  },
);
