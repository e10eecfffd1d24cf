import { parse } from 'graphql';
import { COLUMNS } from '../../developer-kit/access-matrix/matrix';
import { COVERED } from '../../developer-kit/access-matrix/sample-requests';
import { permittingPurposes } from '../../gateway/access/permitting-purposes';
import { isMutation, mutationName, readRequirements } from '../../gateway/access/requirements';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { fieldExplainer } from '../../gateway/explain/explain-field';
import { readAgencyRules } from '../../shared/access/agency-rules';
import { AccessRules, type Answer, type ResourceAttributes } from '../../shared/access/decide';
import { type ExplainedRule, explainClass } from '../../shared/access/explain';
import type { Value } from '../../shared/access/expression';
import { COVERS_NOTHING } from '../../shared/access/grant';
import { classesOf } from '../../shared/access/labels';
import { policiesByClass } from '../../shared/access/residual-policies';
import type { AttributeType } from '../../shared/access/rule-vocabulary';
import { AGENCIES } from '../../shared/domain/agencies';
import { ROLES } from '../../shared/domain/caller';
import { PURPOSES, referenceKindsOf } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import { Choices, SEED } from '../support/choices';
import { generatedContext, generatedRecord } from '../support/generated-requests';
import { CATALOGUE_TEXT, RuleWriter } from '../support/generated-rules';
import { COMMITTED } from '../support/graphs';

// Explanations agree with decisions, for the committed rules and for generated ones.

const choices = new Choices(SEED);

afterAll(() => {
  process.stdout.write(`explain: SEED=${SEED}\n`);
});

const POSITIVE: readonly Answer[] = ['CLEAR', 'MASKED'];
const isPositive = (answer: Answer) => POSITIVE.includes(answer);

describe('the committed rules', () => {
  const rules = readRuleBundle(COMMITTED.rules);
  const requirements = readRequirements(parse(COMMITTED.supergraph));
  const explain = fieldExplainer(requirements, rules, permittingPurposes(requirements, rules));
  const coordinates = [...requirements.byField.keys()];

  test('explanations and decisions agree, for generated callers, purposes and records and for every field', () => {
    const faults = new ErrorList();
    const found = new Set<string>();
    // The columns of the access matrix, and random officers.
    const contexts = [...COLUMNS.flatMap(({ asks }) => asks('education')), ...Array.from({ length: 40 }, officer)];
    for (const context of contexts) {
      const decisions = rules.rules.decisionsFor(context);
      for (const coordinate of [...rules.masked.keys(), ...choices.several(40, 40, () => choices.one(coordinates))]) {
        const requirement = requirements.byField.get(coordinate) ?? [];
        const { answers, steps } = explain(context, [coordinate]);
        const where = () => `${coordinate} ${JSON.stringify(context)}`;
        const mutation = isMutation(coordinate) ? mutationName(coordinate) : undefined;
        const masked = rules.masked.has(coordinate);
        const possible =
          mutation === undefined
            ? decisions.possible(requirement, masked)
            : decisions.unmetToWrite(requirement, undefined, mutation).length === 0;
        faults.unless(answers.some(isPositive) === possible, 'possible', where);
        for (const record of [recordAbout(context), recordAbout(context)]) {
          const written = mutation !== undefined && decisions.unmetToWrite(requirement, record, mutation).length === 0;
          const decided: Answer =
            mutation === undefined
              ? decisions.decide(requirement, record, masked)
              : written
                ? 'CLEAR'
                : decisions.refusal(decisions.unmetToWrite(requirement, record, mutation));
          found.add(`${decided}${answers.length === 1 ? ' settled' : ''}`);
          faults.unless(answers.includes(decided), `${decided} is not among ${answers}`, where);
        }
        const [only] = classesOf(requirement).length === 1 ? (steps[0]?.requirement.flat(2) ?? []) : [];
        if (only !== undefined) {
          const action = mutation === undefined ? 'read' : 'write';
          faults.unless((answers.join() === 'CLEAR') === settledBy(only.rules, action), 'settled', where);
        }
      }
    }
    expect(faults.found).toEqual([]);
    for (const seen of ['CLEAR', 'MASKED', 'DENIED', 'ABSENT', 'DENIED settled', 'ABSENT settled']) {
      expect([seen, found.has(seen)]).toEqual([seen, true]);
    }
  });

  test('a path is refused as soon as one field on it is', () => {
    const visit: AccessContext = {
      ...officer(),
      ...{ purpose: 'VISIT', grant: { ...COVERS_NOTHING, kind: 'visits' } },
    };
    const caseWorker = { ...visit, caller: { ...visit.caller, roles: ['case-worker'] as const, region: '990101' } };
    const way = ['Child.bullyingReports', 'BullyingReport.severity'];
    expect(explain(caseWorker, way).answers).toEqual(['DENIED']);
    expect(explain(caseWorker, way).purposes).toEqual([{ purpose: 'CASE_HANDLING', reference: 'case' }]);
    expect(explain(caseWorker, ['Child.bullyingReports', 'Enrolment.school']).answers).toEqual(['DENIED']);
    expect(explain(caseWorker, ['Child.enrolment', 'Enrolment.grade']).answers).toEqual(['CLEAR', 'DENIED']);
    expect(explain(caseWorker, ['Child.welfare', 'Welfare.reason']).answers).toEqual(['DENIED', 'ABSENT']);
  });

  function officer(): AccessContext {
    const purpose = choices.one(PURPOSES);
    const kind = choices.one(referenceKindsOf(purpose));
    const meetingKind = choices.one(['REGULAR', 'CASE_CONFERENCE'] as const);
    return {
      caller: {
        sub: 'generated',
        name: 'generated',
        agency: choices.one(AGENCIES),
        roles: choices.several(1, 2, () => choices.one(ROLES)),
        region: choices.one(['9901', '990101', '990101001']),
      },
      purpose,
      reference: null,
      reasonGiven: choices.chance(0.5),
      grant: kind && {
        ...COVERED,
        kind,
        ...(kind === 'meeting' && { meetingKind }),
        visitsSchool: choices.chance(0.5),
      },
    };
  }

  /** With all attributes that any agency's rules use. */
  function recordAbout({ caller }: AccessContext): ResourceAttributes {
    const attributes = Object.assign({}, ...rules.agencies.map(({ catalogue }) => catalogue.attributes));
    const values: Readonly<Record<AttributeType, () => Value>> = {
      Bool: () => choices.chance(0.3),
      Long: () => choices.upTo(3),
      String: () => choices.one(['this', 'this', 'EMERGENCY_REVIEW', 'other']),
      Agency: () => (choices.chance(0.5) ? caller.agency : choices.one(AGENCIES)),
      Region: () => choices.one(['990101001001', '990101001001', '990102001001']),
      'Set<String>': () => choices.several(0, 2, () => choices.one(['this', 'other'])),
      'Set<Agency>': () => choices.several(0, 2, () => choices.one(AGENCIES)),
    };
    const named = Object.entries(attributes as Record<string, AttributeType>).flatMap(([name, type]) => {
      const missing = name.endsWith('?') && choices.chance(0.2);
      return missing ? [] : [[name.replace('?', ''), values[type]()] as const];
    });
    return { region: '990101001001', ...Object.fromEntries(named) };
  }
});

test('for generated rules, explanations and decisions agree on which rules apply and why', () => {
  const writer = new RuleWriter(choices);
  const faults = new ErrorList();
  const found = new Set<string>();
  for (let set = 0; set < 15; set += 1) {
    const agency = readable(writer);
    if (agency === undefined) continue;
    const rules = new AccessRules([agency]);
    for (let turn = 0; turn < 25; turn += 1) {
      const context = generatedContext(choices);
      const record = generatedRecord(choices);
      for (const policies of policiesByClass(agency)) {
        const where = () => `${policies.name} ${JSON.stringify([context, record])}`;
        const explained = explainClass(policies, context, { kind: 'read', maskable: true });
        const reads = (action: string) => explained.rules.filter((rule) => rule.action === action);
        const decided = rules.decisionsFor(context).decide([[[policies.name]]], record, true);
        const [read, masked] = [boundsOf(reads('read')), boundsOf(reads('readMasked'))];
        const positive = isPositive(decided);
        faults.unless(read !== 'always' || decided === 'CLEAR', 'always read', where);
        faults.unless(read !== 'never' || decided !== 'CLEAR', 'never read', where);
        faults.unless(read !== 'never' || masked !== 'never' || !positive, 'never', where);
        faults.unless(read !== 'never' || masked !== 'always' || decided === 'MASKED', 'always masked', where);
        for (const { applies, effect, conditions } of explained.rules) {
          const states = conditions.map(({ state }) => state);
          for (const what of [`${effect} ${applies}`, ...states]) found.add(what);
          // A rule's result follows from its parts.
          const met = states.every((state) => state === 'met');
          const permits = effect === 'permit';
          faults.unless(!met || applies === 'always', 'all parts are met', where);
          faults.unless(!(permits && applies === 'always') || met, 'not all parts are met', where);
          faults.unless(!(permits && states.includes('unmet')) || applies === 'never', 'a part is unmet', where);
          faults.unless(applies !== 'residual' || states.includes('record'), 'no part is left', where);
        }
      }
    }
  }
  expect(faults.found).toEqual([]);
  const expected = ['permit', 'forbid'].flatMap((effect) =>
    ['always', 'never', 'residual'].map((applies) => `${effect} ${applies}`),
  );
  for (const seen of [...expected, 'met', 'unmet', 'record', 'fails']) {
    expect([seen, found.has(seen)]).toEqual([seen, true]);
  }
});

// Private:

/** Collects the first few faults: thousands of separate assertions would take a minute. */
class ErrorList {
  readonly found: string[] = [];

  unless(holds: boolean, what: string, where: () => string): void {
    if (!holds && this.found.length < 3) this.found.push(`SEED=${SEED} ${what}: ${where()}`);
  }
}

/** Rules that can never apply are refused by the parser. */
function readable(writer: RuleWriter) {
  const policies = Array.from({ length: 6 }, (_, index) => writer.rule(`education.rule-${index}`));
  const kept = policies.filter((policy) => {
    try {
      readAgencyRules('education', { catalogue: CATALOGUE_TEXT, policies: policy });
      return true;
    } catch {
      return false;
    }
  });
  return kept.length === 0
    ? undefined
    : readAgencyRules('education', { catalogue: CATALOGUE_TEXT, policies: kept.join('\n') });
}

/** Whether the explained rules for one class and action permit it for every record. */
function settledBy(rules: readonly ExplainedRule[], action: string): boolean {
  return boundsOf(rules.filter((rule) => rule.action === action)) === 'always';
}

function boundsOf(rules: readonly ExplainedRule[]): 'always' | 'never' | 'either' {
  const permits = rules.filter(({ effect }) => effect === 'permit').map(({ applies }) => applies);
  const forbids = rules.filter(({ effect }) => effect === 'forbid').map(({ applies }) => applies);
  if (forbids.includes('always') || permits.every((applies) => applies === 'never')) return 'never';
  return permits.includes('always') && forbids.every((applies) => applies === 'never') ? 'always' : 'either';
}
