import type { Answer } from '../../shared/access/decide';
import type { ExplainedClass, ExplainedRule } from '../../shared/access/explain';
import type { Coordinate } from '../../shared/access/labels';
import type { Purpose } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import type { PermittingPurpose, PermittingPurposes } from '../access/permitting-purposes';
import type { ExplainedStep, ExplainField } from './explain-field';
import type { ExplainAsked } from './explain-operation';

/** The part of a rule that callers may see, without its conditions on the record. */
interface ToldRule {
  readonly id: string;
  readonly basis: string;
}

/** The explanation of a field. `NO_DATA` also stands for unknown fields and hidden refusals. */
export interface Explanation {
  /** Several if the answer differs between records. */
  readonly answers: readonly ('CLEAR' | 'MASKED' | 'DENIED' | 'UNAVAILABLE' | 'NO_DATA')[];
  readonly purpose: Purpose;
  readonly reference: string | null;
  /** The rules that permit the answer. */
  readonly because: readonly {
    readonly coordinate: Coordinate;
    readonly dataClass: string;
    readonly rules: readonly ToldRule[];
  }[];
  readonly denied: readonly {
    readonly coordinate: Coordinate;
    readonly dataClass: string;
    /** Purposes for which the field could be answered, with their requirements; one entry for each kind of reference. */
    readonly purposes: readonly {
      readonly purpose: Purpose;
      readonly reference: PermittingPurpose['reference'];
      readonly reason: boolean;
    }[];
    /**
     * Rules about callers like this one, with the conditions that this request does not meet. If all are met, the record
     * decides.
     */
    readonly rules: readonly (ToldRule & { readonly unmet: readonly string[] })[];
  }[];
  readonly unavailable: readonly { readonly agency: string; readonly reason: string }[];
}

/** The answer of the ordinary operation; https://spec.graphql.org/October2021/#sec-Response-Format */
export interface OrdinaryAnswer {
  readonly data?: unknown;
  readonly extensions?: {
    readonly access?: {
      readonly masked: readonly Coordinate[];
      readonly denied: readonly { readonly coordinate: Coordinate; readonly dataClass: string }[];
      readonly unavailable: readonly { readonly agency: string; readonly reason: string }[];
    };
  };
}

export type ExplainAnswer = (access: AccessContext, asked: ExplainAsked, answer: OrdinaryAnswer) => Explanation;

/**
 * Explains an answer to a caller or, without a child, the possible answers. About a record it uses only the ordinary
 * answer: if that shows nothing, the explanation is NO_DATA, whatever the reason.
 */
export function answerExplainer(explainField: ExplainField, purposesFor: PermittingPurposes): ExplainAnswer {
  return (access, asked, answer) => {
    const { steps, answers: possible } = explainField(access, asked.way);
    const told = asked.path === null ? byRules(asked, possible, steps) : byAnswer(asked.path, asked, answer);
    const { purpose, reference } = access;
    return {
      answers: told.answers,
      purpose,
      reference: reference && `${reference.kind}/${reference.id}`,
      because: told.answers.some(isShown) ? steps.flatMap(becauseOf) : [],
      denied: told.denied.map(({ coordinate, dataClass }) => ({
        coordinate,
        dataClass,
        purposes: purposesFor(access, coordinate).map(needs),
        rules: classesAt(steps, coordinate)
          .filter(({ name }) => dataClass.split(' & ').includes(name))
          .flatMap(({ rules }) => rules)
          .filter(mightHelp)
          .map(unmetOf),
      })),
      unavailable: told.unavailable,
    };
  };
}

// Private:

type Told = Pick<Explanation, 'answers' | 'unavailable'> & {
  readonly denied: readonly { readonly coordinate: Coordinate; readonly dataClass: string }[];
};

function byAnswer(path: readonly string[], { way, known }: ExplainAsked, { data, extensions }: OrdinaryAnswer): Told {
  const { masked = [], denied = [], unavailable = [] } = extensions?.access ?? {};
  const refused = denied.filter(({ coordinate }) => way.includes(coordinate));
  const shown = known && valuesAt(data, path).length > 0;
  const answers = [
    ...(shown ? [masked.includes(way.at(-1) ?? '') ? ('MASKED' as const) : ('CLEAR' as const)] : []),
    ...(refused.length > 0 ? ['DENIED' as const] : []),
    ...(unavailable.length > 0 ? ['UNAVAILABLE' as const] : []),
  ];
  return {
    answers: answers.length > 0 ? answers : ['NO_DATA'],
    denied: refused,
    unavailable: unavailable.map(({ agency, reason }) => ({ agency, reason })),
  };
}

/** Explains a field whose existence is hidden from the caller exactly like an unknown field: up to its parent. */
function byRules({ known }: ExplainAsked, possible: readonly Answer[], steps: readonly ExplainedStep[]): Told {
  const through = steps.every((step) => step.answers.some(isShown));
  const answers = [
    ...(known ? possible.filter(isShown) : []),
    ...(possible.includes('DENIED') ? (['DENIED'] as const) : []),
    ...(possible.includes('ABSENT') || (!known && through) ? (['NO_DATA'] as const) : []),
  ];
  const denied = steps
    .filter((step) => step.answers.includes('DENIED'))
    .map((step) => ({
      coordinate: step.coordinate,
      dataClass: step.requirement
        .flat(2)
        .filter(refusalIsVisible)
        .map(({ name }) => name)
        .join(' & '),
    }));
  return { answers, denied, unavailable: [] };
}

function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, path));
  const [key, ...rest] = path;
  return key === undefined ? [value] : valuesAt((value as Readonly<Record<string, unknown>>)[key], rest);
}

function becauseOf({ coordinate, requirement }: ExplainedStep): Explanation['because'] {
  return requirement.flat(2).map(({ name, rules }) => ({
    coordinate,
    dataClass: name,
    rules: rules.filter((rule) => isPositive(rule) && rule.applies !== 'never').map(toldRule),
  }));
}

const classesAt = (steps: readonly ExplainedStep[], coordinate: Coordinate): readonly ExplainedClass[] =>
  steps.filter((step) => step.coordinate === coordinate).flatMap(({ requirement }) => requirement.flat(2));

/** Whether a refusal is visible to the caller of these rules. */
const refusalIsVisible = ({ dataClass, rules }: ExplainedClass): boolean =>
  dataClass?.refusal === 'denied' ||
  rules.some(({ action, applies }) => action === 'learnRefusal' && applies === 'always');

const isShown = (answer: Explanation['answers'][number] | Answer): answer is 'CLEAR' | 'MASKED' =>
  answer === 'CLEAR' || answer === 'MASKED';

const isPositive = ({ effect, action }: ExplainedRule): boolean => effect === 'permit' && action !== 'learnRefusal';

const mightHelp = (rule: ExplainedRule): boolean => isPositive(rule) && (rule.near || rule.applies !== 'never');

const toldRule = ({ id, basis }: ExplainedRule): ToldRule => ({ id, basis });

/** These conditions are unmet for every record, so they reveal nothing about this one. */
const unmetOf = (rule: ExplainedRule) => ({
  ...toldRule(rule),
  unmet: rule.conditions
    .filter(({ state }) => state === 'unmet' || state === 'fails')
    .map(({ words, found }) => (found === undefined ? words : `${words} (${found})`)),
});

function needs({ purpose, reference }: PermittingPurpose) {
  return { purpose, reference, reason: purpose === 'EMERGENCY' };
}
