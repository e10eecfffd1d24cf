import { RuleFaults, readAgencyRules } from '../../shared/access/agency-rules';
import type { DataClassName } from '../../shared/access/catalogue';
import { compile, type ResourceAttributes } from '../../shared/access/compile';
import { AccessRules } from '../../shared/access/decide';
import type { Comparison, Expression, Hierarchy } from '../../shared/access/expression';
import { readPolicies } from '../../shared/access/policies';
import type { Action } from '../../shared/access/rule-vocabulary';
import type { AccessContext } from '../../shared/protocol/context-token';
import { CedarRules } from '../support/cedar';
import { Choices, SEED } from '../support/choices';
import { generatedContext, generatedRecord } from '../support/generated-requests';
import { CATALOGUE, CATALOGUE_TEXT, DATA_CLASSES, RuleWriter } from '../support/generated-rules';

const RULE_SETS = 150;
const REQUESTS_PER_SET = 80;

/** Kinds of parsed expressions in conditions. */
type Part = Exclude<Expression['kind'], 'error' | 'comparison' | 'in'> | Comparison | `in ${Hierarchy}`;

const PARTS: Readonly<Record<Part, true>> = {
  literal: true,
  variable: true,
  attribute: true,
  has: true,
  not: true,
  and: true,
  or: true,
  if: true,
  isEmpty: true,
  like: true,
  set: true,
  '==': true,
  '!=': true,
  '<': true,
  '<=': true,
  '>': true,
  '>=': true,
  contains: true,
  containsAll: true,
  containsAny: true,
  'in region': true,
  'in role': true,
  'in class': true,
  'in identity': true,
};

/** Source forms that the parser turns into others. */
const FORMS: readonly RegExp[] = [
  /^forbid/m,
  /^unless/m,
  /\(principal in Role::/,
  /action == Action::"\w+", resource/,
  /action in \[Action::"\w+", Action::"\w+"\], resource/,
  /resource in DataClass::"[\w.]+"\)$/m,
  /resource in Grade::"\w+"\)$/m,
  /\(principal in \[Role::/,
  /\(resource in \[DataClass::/,
  /\(resource in \[Grade::/,
  /\(action [!=]= /,
  /\(action in /,
  /\(resource\.region in principal\.region\)/,
  /\(principal\.region in resource\.region\)/,
  /egion in \[/,
  /resource has child &&/,
  /context has grant &&/,
  /context has grant\.meetingKind &&/,
  /if context has grant\.meetingKind then/,
  / is Agency/,
  / is Region in /,
  / is Officer in /,
];

const OUTCOMES = [
  ...['Cedar allows', 'Cedar denies', 'a permit fails', 'a forbid fails', 'a forbid denies because it fails'],
  ...['CLEAR', 'MASKED', 'DENIED', 'ABSENT', 'nothing is possible'],
];

const choices = new Choices(SEED);
const writer = new RuleWriter(choices);
const seen = new Map<string, number>();

function count(thing: string): void {
  seen.set(thing, (seen.get(thing) ?? 0) + 1);
}

function countParts(expression: Expression): void {
  if (expression.kind === 'comparison') count(expression.operator);
  else count(expression.kind === 'in' ? `in ${expression.hierarchy}` : expression.kind);
  for (const part of Object.values(expression).flat()) {
    if (typeof part === 'object' && part !== null && 'kind' in part) countParts(part);
  }
}

interface Request {
  readonly context: AccessContext;
  readonly dataClass: DataClassName;
  readonly record: ResourceAttributes;
}

/** Evaluates the same rules by Cedar and by our engine. */
class BothEngines {
  private readonly rules: AccessRules;
  private readonly cedar: CedarRules;
  private readonly forbids: ReadonlySet<string>;

  constructor(texts: ReadonlyMap<string, string>) {
    const rules = readAgencyRules('education', {
      catalogue: CATALOGUE_TEXT,
      policies: [...texts.values()].join('\n'),
    });
    for (const { condition } of rules.policies) countParts(condition);
    this.rules = new AccessRules([rules]);
    this.cedar = new CedarRules('differential', Object.fromEntries(texts));
    this.forbids = new Set(rules.policies.filter(({ effect }) => effect === 'forbid').map(({ id }) => id));
  }

  /** @returns how the answer differs from Cedar's decisions; undefined if they agree. */
  difference({ context, dataClass, record }: Request): string | undefined {
    const allows = (action: Action) => this.cedarAllows(action, { context, dataClass, record });
    const expected = allows('read') ? 'CLEAR' : allows('readMasked') ? 'MASKED' : 'refused';
    const decisions = this.rules.decisionsFor(context);
    const answer = decisions.decide([[[dataClass]]], record, true);
    const possible = decisions.possible([[[dataClass]]], true);
    count(answer);
    if (!possible) count('nothing is possible');

    const refused = answer === 'DENIED' || answer === 'ABSENT';
    if ((refused ? 'refused' : answer) !== expected) return `${answer} instead of ${expected}`;
    if (expected !== 'refused' && !possible) return `${answer}, which was said to be impossible`;
    const silent = CATALOGUE.classes.get(dataClass)?.refusal === 'absent';
    if (answer === 'DENIED' && silent && !allows('learnRefusal')) return 'DENIED instead of ABSENT';
    return undefined;
  }

  /** Cedar's decision with one difference: Cedar ignores a forbid that fails; here it denies. */
  private cedarAllows(action: Action, { context, dataClass, record }: Request): boolean {
    const { decision, failed } = this.cedar.decide(action, dataClass, record, context);
    const forbidFails = failed.some((id) => this.forbids.has(id));
    count(decision === 'allow' ? 'Cedar allows' : 'Cedar denies');
    if (failed.some((id) => !this.forbids.has(id))) count('a permit fails');
    if (forbidFails) count('a forbid fails');
    if (forbidFails && decision === 'allow') count('a forbid denies because it fails');
    return decision === 'allow' && !forbidFails;
  }
}

/** One to five rules by id, without those that strict validation refuses because they can never apply. */
function generatedEngines(): { readonly texts: ReadonlyMap<string, string>; readonly engines: BothEngines } {
  const ids = ['education.1', 'education.2', 'education.3', 'education.4', 'education.5'];
  const texts = new Map(ids.slice(0, 1 + choices.upTo(4)).map((id) => [id, writer.rule(id)]));
  for (;;) {
    try {
      const engines = new BothEngines(texts);
      for (const text of texts.values()) for (const form of FORMS) if (form.test(text)) count(form.source);
      return { texts, engines };
    } catch (error) {
      if (!(error instanceof RuleFaults)) throw error;
      for (const fault of error.faults) {
        expect(fault).toMatch(
          /^education: Rule "[\w.]+" (?:can never apply|makes the visibility of a refusal depend on the record)/,
        );
        texts.delete(fault.split('"')[1] ?? '');
      }
    }
  }
}

const generatedRequest = (): Request => ({
  context: generatedContext(choices),
  dataClass: choices.one(DATA_CLASSES),
  record: generatedRecord(choices),
});

/** Removes the rules that do not contribute to the difference. */
function withFewestRules(texts: ReadonlyMap<string, string>, request: Request): ReadonlyMap<string, string> {
  for (const id of texts.keys()) {
    const fewer = new Map([...texts].filter(([other]) => other !== id));
    if (new BothEngines(fewer).difference(request) !== undefined) return withFewestRules(fewer, request);
  }
  return texts;
}

/** Checks that every operator, form of rule and kind of outcome occurred. */
function expectToHaveSeenAll(): void {
  const seldom = (things: readonly string[], least: number) =>
    things.map((thing) => `${seen.get(thing) ?? 0} x ${thing}`).filter((line) => Number.parseInt(line, 10) < least);
  const forms = FORMS.map(({ source }) => source);
  expect(seldom(Object.keys(PARTS), 1)).toEqual([]);
  expect(seldom(forms, 1)).toEqual([]);
  expect(seldom(OUTCOMES, 100)).toEqual([]);
}

beforeAll(() => {
  console.log(`Rules are compared with Cedar on ${RULE_SETS * REQUESTS_PER_SET} generated requests; SEED=${SEED}`);
});

test('every request gets Cedar’s decision, except that a forbid that fails denies', () => {
  for (let set = 0; set < RULE_SETS; set += 1) {
    const { texts, engines } = generatedEngines();
    for (let number = 0; number < REQUESTS_PER_SET; number += 1) {
      const request = generatedRequest();
      const difference = engines.difference(request);
      if (difference === undefined) continue;
      const rules = [...withFewestRules(texts, request).values()].join('\n');
      throw new Error(`${difference}; SEED=${SEED}\n\n${rules}\n${JSON.stringify(request, null, 1)}`);
    }
  }
  expectToHaveSeenAll();
});

test('a pattern matches the same texts as in Cedar', () => {
  const strings = (letters: readonly string[], length: number): readonly string[] =>
    length === 0
      ? ['']
      : ['', ...strings(letters, length - 1).flatMap((rest) => letters.map((letter) => letter + rest))];
  const texts = new Map(
    strings(['a', '学', '*', '\\*'], 3).map((pattern, index) => [
      `education.${index}`,
      `@id("education.${index}") @basis("test")
      permit (principal, action, resource) when { resource.school like "${pattern}" };`,
    ]),
  );
  const cedar = new CedarRules('patterns', Object.fromEntries(texts));
  const { policies } = readPolicies([...texts.values()].join('\n'), CATALOGUE);
  const { context, dataClass } = generatedRequest();
  for (const school of strings(['a', '学', '*'], 3)) {
    const record = { region: '99', school };
    const matching = policies.filter(({ condition }) => compile(condition)(record) === true).map(({ id }) => id);
    expect(new Set(matching)).toEqual(new Set(cedar.decide('read', dataClass, record, context).reasons));
  }
});
