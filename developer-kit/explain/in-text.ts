import type { PermittingPurpose } from '../../gateway/access/permitting-purposes';
import type { ExplainedField, ExplainedStep } from '../../gateway/explain/explain-field';
import type { Answer } from '../../shared/access/decide';
import type { ExplainedClass, ExplainedCondition, ExplainedRule } from '../../shared/access/explain';
import type { ReferenceKind } from '../../shared/domain/purpose';
import type { LabelOrigin } from './label-origins';

export interface TextOptions {
  readonly originOf: LabelOrigin;
  /** Whether to include rules for other callers. */
  readonly all: boolean;
}

/** An explanation as text for a terminal. */
export function inText(explained: ExplainedField, { originOf, all }: TextOptions): string {
  const told = new Map<string, string>();
  const steps = explained.steps.map((step) => {
    const groups = step.requirement.flatMap((sets, index) => {
      const names = sets.map((set) => set.map(({ name }) => name));
      const origin = originOf(step.coordinate, names);
      return [
        ...(sets.length > 1 ? [`  any of ${names.map((set) => set.join(' & ')).join(' or ')} · ${origin}`] : []),
        ...sets.flat().flatMap((one) => {
          const key = `${one.name} ${step.maskable}`;
          const before = told.get(key);
          if (before !== undefined) return [`  ${one.name} · ${origin} · see ${before}`];
          told.set(key, step.coordinate);
          return classInText(one, origin, all);
        }),
        ...(index < step.requirement.length - 1 ? ['  and'] : []),
      ];
    });
    return [`${step.coordinate}: ${answersInText(step.answers)}`, ...(groups.length > 0 ? groups : [unlabelled(step)])];
  });
  return [
    answersInText(explained.answers),
    ...steps.map((lines) => ['', ...lines].join('\n')),
    '',
    openingInText(explained),
  ].join('\n');
}

/** `CLEAR or DENIED, depending on the record` */
export function answersInText(answers: readonly Answer[]): string {
  return answers.length === 1 ? `${answers[0]}` : `${answers.join(' or ')}, depending on the record`;
}

// Private:

/** `a case` */
export const NAMED: Readonly<Record<ReferenceKind, string>> = {
  case: 'a case',
  meeting: 'a meeting',
  task: 'a task',
  protection: 'an assignment',
  assessment: 'an assessment',
  visits: 'a list of visits',
  clue: 'a clue',
};

/** `CASE_HANDLING (with a case)` */
function purposeInText({ purpose, reference }: PermittingPurpose): string {
  if (reference !== null) return `${purpose} (with ${NAMED[reference]})`;
  return purpose === 'EMERGENCY' ? `${purpose} (with a reason)` : purpose;
}

const FOUND_ELSEWHERE = /^(?:CLEAR|MASKED)$/;

function openingInText({ answers, purposes }: ExplainedField): string {
  if (answers.some((answer) => FOUND_ELSEWHERE.test(answer))) return 'The stated purpose is sufficient.';
  if (purposes.length === 0) return 'No purpose would open it for this caller.';
  return `This caller could see it for ${purposes.map(purposeInText).join(', ')}, if the record allows it.`;
}

const unlabelled = ({ coordinate }: ExplainedStep): string =>
  `  ${coordinate} has no label: it is shown whenever its parent is.`;

function classInText({ name, dataClass, rules }: ExplainedClass, origin: string, all: boolean): readonly string[] {
  const heading =
    dataClass === undefined
      ? `  ${name} · in no catalogue: refused to everyone · ${origin}`
      : `  ${name} ${dataClass.name} · ${dataClass.grade} · a refusal is ${dataClass.refusal.toUpperCase()} · ${origin}`;
  const [agency = ''] = name.split('.');
  const deciding = rules.filter((rule) => rule.applies !== 'never');
  const near = rules.filter((rule) => rule.applies === 'never' && rule.near && rule.action !== 'learnRefusal');
  const others = rules.filter((rule) => !deciding.includes(rule) && !near.includes(rule));
  const permits = deciding.some(({ effect, action }) => effect === 'permit' && action !== 'learnRefusal');
  return [
    heading,
    ...(permits ? [] : ['    no rule permits it']),
    ...together(deciding).flatMap((actions) => ruleInText(actions, verb(actions[0]), agency)),
    ...together(near).flatMap((actions) => ruleInText(actions, 'came near', agency)),
    ...(all ? together(others).flatMap((actions) => ruleInText(actions, 'does not apply', agency)) : []),
    ...(all || others.length === 0 ? [] : [`    ${together(others).length} more, about other callers (--all)`]),
  ];
}

/** One rule, with each of its actions. */
type OneRule = readonly [ExplainedRule, ...ExplainedRule[]];

function together(rules: readonly ExplainedRule[]): readonly OneRule[] {
  const found = new Map<string, OneRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.id, rule.applies, rule.conditions]);
    found.set(key, [...(found.get(key) ?? []), rule] as unknown as OneRule);
  }
  return [...found.values()];
}

function verb({ effect, applies }: ExplainedRule): string {
  if (effect === 'permit') return applies === 'always' ? 'permits' : 'may permit';
  return applies === 'always' ? 'forbids' : 'may forbid';
}

function ruleInText(actions: OneRule, how: string, agency: string): readonly string[] {
  const [{ id, effect, file, line, basis, conditions }] = actions;
  const what = actions.map(({ action }) => action).join(', ');
  return [
    `    ${how}: ${id} (${effect} ${what}), subgraphs/${agency}/${file}:${line}`,
    `      ${basis}`,
    ...conditions.map((condition) => `      ${conditionInText(condition)}`),
  ];
}

const STATES: Readonly<Record<ExplainedCondition['state'], string>> = {
  met: 'met',
  unmet: 'not met',
  record: 'depends on the record',
  fails: 'cannot be evaluated',
};

const conditionInText = ({ words, state, found }: ExplainedCondition): string =>
  `${STATES[state]}: ${words}${found === undefined ? '' : ` (${found})`}`;
