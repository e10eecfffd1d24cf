import { RuleFaults, readAgencyRules } from '../../shared/access/agency-rules';

const CATALOGUE = `classes:
  education.schooling: { name: 就学, grade: general, basis: test, refusal: denied }
  education.support: { name: 资助, grade: sensitive, basis: test, refusal: absent }
plain: []
record: { level: Long, 'score?': Long, needs: Set<String>, 'formerRegion?': Region }
`;

/** Byte and character offsets differ here: each of these letters has three bytes. */
const COMMENT = '// 教育局的规则：依据《未成年人保护法》第八十一条和共享协议，只向有职责的人员开放。\n';

interface Rule {
  readonly annotations: string;
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/** A valid rule of six lines, with the given changes; its condition is on the fifth line. */
function rule(otherwise: Partial<Rule> = {}): string {
  const { annotations, principal, action, resource, condition }: Rule = {
    annotations: '@id("education.schooling")\n@basis("未成年人保护法 第八十一条")',
    principal: 'principal in Role::"case-worker"',
    action: 'action == Action::"read"',
    resource: 'resource in DataClass::"education.schooling"',
    condition: 'resource.region in principal.region',
    ...otherwise,
  };
  return `${annotations}
permit (${principal}, ${action}, ${resource})
when {
  ${condition}
};
`;
}

/** The faults of a file with the rule on its second line. */
function faultsOf(rules: string): readonly string[] {
  try {
    readAgencyRules('education', { catalogue: CATALOGUE, policies: COMMENT + rules });
    return [];
  } catch (error) {
    if (error instanceof RuleFaults) return error.faults;
    throw error;
  }
}

/** One line: agency, rule, fault and suggestion, file and line. */
const told = (what: string, line: number): readonly string[] => [
  `education: ${what} (subgraphs/education/access.cedar:${line})`,
];

const RULE = 'Rule "education.schooling"';

/** Lines of the file. */
const [FIRST, SCOPE, CONDITION] = [2, 4, 6];

test('a valid rule is read with its legal basis, principals, actions and line', () => {
  const { policies } = readAgencyRules('education', { catalogue: CATALOGUE, policies: COMMENT + rule() });
  expect(policies).toMatchObject([
    {
      id: 'education.schooling',
      basis: '未成年人保护法 第八十一条',
      effect: 'permit',
      actions: new Set(['read']),
      dataClass: 'education.schooling',
      line: FIRST,
    },
  ]);
});

describe('a misspelt name is refused with a suggestion', () => {
  const unknown = (type: string, name: string, meant: string) =>
    `${RULE} names unknown ${type} "${name}"; did you mean "${meant}"?`;

  test.each([
    ['role', { principal: 'principal in Role::"case-wroker"' }, unknown('Role', 'case-wroker', 'case-worker'), SCOPE],
    [
      'purpose',
      { condition: '[Purpose::"VISIT", Purpose::"RISK_ASESSMENT"].contains(context.purpose)' },
      unknown('Purpose', 'RISK_ASESSMENT', 'RISK_ASSESSMENT'),
      CONDITION,
    ],
    [
      'data class',
      { resource: 'resource in DataClass::"education.scholing"' },
      unknown('DataClass', 'education.scholing', 'education.schooling'),
      SCOPE,
    ],
    ['grade', { resource: 'resource in Grade::"sensitiv"' }, unknown('Grade', 'sensitiv', 'sensitive'), SCOPE],
    [
      'agency',
      { condition: 'principal.agency == Agency::"civil-afairs"' },
      unknown('Agency', 'civil-afairs', 'civil-affairs'),
      CONDITION,
    ],
    [
      'kind of grant',
      { condition: 'context has grant && context.grant.kind == GrantKind::"meting"' },
      unknown('GrantKind', 'meting', 'meeting'),
      CONDITION,
    ],
    [
      'action',
      { action: 'action == Action::"raed"' },
      `${RULE}: unrecognized action \`Action::"raed"\`; did you mean \`Action::"read"\`?`,
      SCOPE,
    ],
    [
      'type',
      { condition: 'principal in Roll::"case-worker"' },
      `${RULE}: unrecognized entity type \`Roll\`; did you mean \`Role\`?`,
      CONDITION,
    ],
    [
      'attribute',
      { condition: 'resource.regoin in principal.region' },
      `${RULE}: attribute \`regoin\` on entity type \`Record\` not found; did you mean \`region\`?`,
      CONDITION,
    ],
    [
      'attribute that a rule asks whether there is',
      { condition: '!(resource has formerRegoin)' },
      `${RULE} reads unknown attribute "formerRegoin"; did you mean "formerRegion"?`,
      FIRST,
    ],
  ] as const)('%s', (_name, otherwise, what, line) => {
    expect(faultsOf(rule(otherwise))).toEqual(told(what, line));
  });

  test('without a suggestion if no name is similar', () => {
    expect(faultsOf(rule({ condition: 'principal.agency == Agency::"tax"' }))).toEqual(
      told(`${RULE} names unknown Agency "tax"`, CONDITION),
    );
    expect(faultsOf(rule({ condition: 'principal has name || resource.level > 0' }))).toEqual(
      told(`${RULE} reads unknown attribute "name"`, FIRST),
    );
  });
});

describe('a rule has an id and a legal basis', () => {
  const NO_BASIS = `${RULE} has no @basis: the article that allows it.`;

  test.each([
    ['no @id', '@basis("法")\n', 'A rule has no @id.'],
    ['an empty @id', '@id\n@basis("法")', 'A rule has no @id.'],
    ['no @basis', '@id("education.schooling")\n', NO_BASIS],
    ['a blank @basis', '@id("education.schooling")\n@basis(" ")', NO_BASIS],
    [
      'the @id of another agency',
      '@id("civil-affairs.schooling")\n@basis("法")',
      'Rule "civil-affairs.schooling" must have an @id that begins with "education.".',
    ],
  ])('%s is refused', (_name, annotations, what) => {
    expect(faultsOf(rule({ annotations }))).toEqual(told(what, FIRST));
  });

  test('a repeated @id is refused at the second rule, even if the rules are identical', () => {
    const twice = told(`Two rules have the @id "education.schooling".`, FIRST + 7);
    expect(faultsOf(`${rule()}\n${rule({ condition: 'true' })}`)).toEqual(twice);
    expect(faultsOf(`${rule()}\n${rule()}`)).toEqual(twice);
  });
});

describe('a syntax error is refused at its position', () => {
  test.each([
    [
      'a token too many',
      rule({ condition: 'resource.region in in principal.region' }),
      `${RULE} cannot be read: unexpected token \`principal\``,
      CONDITION,
    ],
    [
      'another word than permit or forbid',
      rule().replace('permit', 'permitt'),
      `${RULE} cannot be read: invalid policy effect: permitt; effect must be either \`permit\` or \`forbid\``,
      SCOPE,
    ],
    [
      'a brace that stays open',
      rule().replace('};', ';'),
      `${RULE} cannot be read: unexpected token \`;\``,
      CONDITION + 1,
    ],
    ['something else than rules', 'true', 'A rule cannot be read: unexpected end of input', FIRST],
  ])('%s', (_name, rules, what, line) => {
    expect(faultsOf(rules)).toEqual(told(what, line));
  });
});

describe('Cedar features that rules here do not support are refused', () => {
  test.each([
    [{ condition: 'resource.level + 1 > 2' }, 'uses "+"'],
    [{ condition: '-resource.level > 2' }, 'uses "neg"'],
    [{ condition: 'resource.level < 9007199254740993' }, 'uses a number that is too large'],
    [{ condition: 'decimal("1.0").lessThan(decimal("2.0"))' }, 'uses "lessThan"'],
    [{ condition: 'ip("10.0.0.1").isLoopback()' }, 'uses "isLoopback"'],
    [{ condition: '{ a: resource.level }.a > 2' }, 'uses "Record"'],
    [{ condition: 'principal.hasTag("a") || resource.level > 2' }, 'uses "hasTag"'],
    [{ condition: 'principal == Officer::"x"' }, 'uses the principal itself instead of an attribute'],
    [{ condition: '[Officer::"x"].contains(principal)' }, 'names a single Officer'],
    [{ condition: 'principal in Officer::"x"' }, 'names a single Officer'],
    [{ principal: 'principal == Officer::"x"' }, 'names a single Officer'],
    [{ principal: 'principal in Officer::"x"' }, 'names a single Officer'],
    [{ principal: 'principal is Officer in Role::"case-worker"' }, 'uses "is ... in" in its scope'],
    [{ principal: 'principal in ?principal' }, 'has the slot ?principal'],
    [{ condition: 'resource == Record::"x"' }, 'uses the resource itself instead of an attribute'],
    [{ action: 'action == Action::"learnRefusal"' }, 'makes the visibility of a refusal depend on the record'],
    [{ resource: 'resource == Record::"x"' }, 'names a single Record'],
    [{ resource: 'resource in Record::"x"' }, 'names a single Record'],
    [{ resource: 'resource == ?resource' }, 'has the slot ?resource'],
    [
      { condition: 'resource.region in resource || resource.level > 2' },
      'uses the resource itself instead of an attribute',
    ],
    [
      { condition: 'principal in [principal] || resource.level > 2' },
      'uses the principal itself instead of an attribute',
    ],
    [{ condition: 'resource.region is Agency || resource.level > 2' }, 'asks whether Region is Agency'],
    [{ condition: 'resource.region in Agency::"education" || resource.level > 2' }, 'asks whether Region is in Agency'],
    [
      { condition: 'context has grant && (if true then context.grant else context.grant).cases.isEmpty()' },
      'reads an attribute of an expression other than a variable or an attribute',
    ],
    [
      { condition: 'resource.region in Region::"9901%"' },
      'names a Region "9901%" that does not have 2, 4, 6, 9 or 12 digits',
    ],
  ])('%j', (otherwise, what) => {
    expect(faultsOf(rule(otherwise))).toEqual(told(`${RULE} ${what}, which rules here must not.`, FIRST));
  });
});

describe('an optional attribute is read only after `has`', () => {
  test.each([
    ['resource.score > 2', '`score` on entity type `Record`', '`resource has score && ..`'],
    ['context.grant.kind == GrantKind::"case"', '`grant` in context for Action::"read"', '`context has grant && ..`'],
    [
      'context has grant && context.grant.meetingKind == MeetingKind::"REGULAR"',
      '`grant.meetingKind` in context for Action::"read"',
      '`context.grant has meetingKind && ..`',
    ],
  ])('%s', (condition, attribute, test) => {
    const what = `unable to guarantee safety of access to optional attribute ${attribute}; try testing for the attribute's presence with ${test}`;
    expect(faultsOf(rule({ condition }))).toEqual(told(`${RULE}: ${what}`, CONDITION));
  });
});

test.each([
  [{ condition: 'false' }],
  [{ condition: 'action == Action::"readMasked"' }],
  [{ condition: 'resource.needs.isEmpty() && resource.region is Agency' }],
  [{ resource: 'resource in Role::"case-worker"' }],
])('a rule that can never apply is refused: %j', (otherwise) => {
  expect([
    told(`${RULE} can never apply: its conditions can never hold`, FIRST),
    told(`${RULE} asks whether Region is Agency, which rules here must not.`, FIRST),
  ]).toContainEqual(faultsOf(rule(otherwise)));
});

describe('every fault names its own rule and line', () => {
  const numbers = Array.from({ length: 12 }, (_, index) => index);

  test('in file order, with Chinese text before and within the rules', () => {
    const rules = numbers.map((number) =>
      rule({
        annotations: `@id("education.规则${number}")\n@basis("法") // 第 ${number} 条`,
        condition: `// 说明\n  principal in Role::"审计" // 中文\n  && resource.regoin == 1`,
      }),
    );
    const places = faultsOf(rules.join('\n')).map((fault) => /"(education\..*?)".*?cedar:(\d+)/.exec(fault)?.slice(1));
    expect(places).toEqual(
      numbers.flatMap((number) => [5, 6].map((line) => [`education.规则${number}`, String(FIRST + 9 * number + line)])),
    );
  });

  test('even if a rule without annotations looks like the end of another', () => {
    const [, ...bare] = rule().split('permit');
    expect(faultsOf(`${rule()}permit${bare.join('')}`)).toEqual(told('A rule has no @id.', FIRST + 6));
  });
});
