import type { ResourceAttributes } from '../../../shared/access/compile';
import { type Coordinate, classesOf } from '../../../shared/access/labels';
import type { Policy } from '../../../shared/access/policies';
import type { ClassPolicies } from '../../../shared/access/residual-policies';
import type { Agency } from '../../../shared/domain/agencies';
import { REGION } from '../../access-matrix/sample-requests';
import type { Graph } from '../graph';
import { callerRegions } from './caller-regions';
import { isSpokenOf } from './case-answers';
import { type Cause, causeOf, type Difference } from './cause';
import { CALLERS } from './describe';
import { equivalentRequests } from './equivalent-requests';
import { contentOf, type PolicyDiff, rulesOf, type Side } from './policy-diff';
import { asProducts, isIn, type Product, type Tuple } from './products';
import { answerTo, LEVEL, notThere, type Question, questionAbout, settledAnswer, type Told } from './question';
import {
  combinationsOf,
  type Dimension,
  dimensionsOf,
  kindsNearOrdinary,
  recordKinds,
  resourceOf,
} from './record-space';
import { rolesTogether } from './roles-together';
import { type SampleRequest, sampleRequests } from './sample-request';

/** Fields with the same requirement and mask, before and after. */
interface FieldGroup {
  readonly fields: Coordinate[];
  /** For a new field, the same as `after`. */
  readonly before: Question;
  readonly after: Question;
  readonly isNew: boolean;
}

/** Callers, purposes and records with the same change of answer for the same reason. */
export interface AccessChange {
  readonly fields: readonly Coordinate[];
  /** Whether the fields are new; their answers are then reported in full. */
  readonly isNew: boolean;
  readonly questions: { readonly before: Question; readonly after: Question };
  readonly told: { readonly before: Told; readonly after: Told };
  readonly cause: Cause | 'labels';
  /** Roles, agencies, statements, and one set for each dimension of callers' regions and of records; undefined for all callers and records. */
  readonly product: Product | undefined;
  readonly dimensions: readonly Dimension[];
  /** One of them, as an example. */
  readonly example: Difference & { readonly asking: SampleRequest };
}

/** How much the comparison has looked at. */
export interface Coverage {
  /** The owners of the fields that were asked about. */
  readonly agencies: readonly Agency[];
  /** The most requests with which one field was asked about: every role, agency and region, with every purpose and reference. */
  readonly requests: number;
  /** The most kinds of record that one field was asked about, and how many combinations of values there are of it. */
  readonly kinds: number;
  readonly combinations: number;
}

/** Compares the answers of both graphs: to every caller, for every purpose, about every field of the current graph. */
export function changedAnswers(
  before: Graph,
  after: Graph,
  sides: PolicyDiff,
): { readonly changes: readonly AccessChange[]; readonly coverage: Coverage } {
  const agencies = [...new Set<Agency>([...before.agencies.keys(), ...after.agencies.keys()])];
  const together = rolesTogether(changedPolicies(sides));
  // Only fields whose rules name regions are asked about from there.
  const askingsFrom = remembered((codes: string) => sampleRequests(agencies, together, codes.split(' ')));
  const affected = fieldGroups(before, after).filter((group) => isAffected(group, sides));
  const owners = new Set(affected.flatMap(classesIn).flatMap((name) => sides.ownerOf(name)));
  const compared = affected.map((group) => {
    const regions = callerRegions([...policiesAbout(group, sides.before), ...policiesAbout(group, sides.after)]);
    return changesOf(group, askingsFrom(regions.join(' ')), regions, attributesOf(group, [before, after]), sides);
  });
  const most = (of: 'requests' | 'kinds' | 'combinations') => Math.max(0, ...compared.map((one) => one[of]));
  return {
    changes: compared.flatMap(({ changes }) => changes),
    coverage: {
      agencies: [...owners],
      requests: most('requests'),
      kinds: most('kinds'),
      combinations: most('combinations'),
    },
  };
}

// Private:

function fieldGroups(before: Graph, after: Graph): readonly FieldGroup[] {
  const groups = new Map<string, FieldGroup>();
  for (const coordinate of after.fields) {
    const isNew = !before.fields.has(coordinate);
    const now = questionAbout(coordinate, after);
    const group = { before: isNew ? now : questionAbout(coordinate, before), after: now, isNew };
    const key = JSON.stringify(group);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { fields: [coordinate], ...group });
    else known.fields.push(coordinate);
  }
  return [...groups.values()];
}

const classesIn = ({ before, after }: FieldGroup): readonly string[] =>
  classesOf([...(before.requirement ?? []), ...(after.requirement ?? [])]);

function isAffected(group: FieldGroup, { before, after }: PolicyDiff): boolean {
  if (group.isNew || JSON.stringify(group.before) !== JSON.stringify(group.after)) return true;
  return classesIn(group).some(
    (name) => classContent(before.classes.get(name)) !== classContent(after.classes.get(name)),
  );
}

/** Everything that answers depend on. */
function classContent(policies: ClassPolicies | undefined): string {
  if (policies === undefined) return '';
  const { dataClass, byAction } = policies;
  const rules = Object.entries(byAction).map(([action, all]) => [
    action,
    all.map(({ effect, condition }) => ({ effect, condition })),
  ]);
  return JSON.stringify([dataClass.refusal, dataClass.grade, rules]);
}

/** Attributes that the rules of the classes' agencies may read. */
function attributesOf(group: FieldGroup, graphs: readonly Graph[]): Readonly<Record<string, string>> {
  const owners = new Set(classesIn(group).map((name) => name.split('.')[0]));
  const rules = graphs.flatMap(({ agencies }) => [...agencies.values()]);
  return Object.assign(
    {},
    ...rules.filter(({ catalogue }) => owners.has(catalogue.agency)).map(({ catalogue }) => catalogue.attributes),
  );
}

function policiesAbout(group: FieldGroup, { classes }: Side): readonly Policy[] {
  return classesIn(group).flatMap((name) => {
    const byAction = classes.get(name)?.byAction;
    if (byAction === undefined) return [];
    const { read, readMasked, learnRefusal, write } = byAction;
    return group.after.mutation === undefined ? [...read, ...readMasked, ...learnRefusal] : write;
  });
}

function changesOf(
  group: FieldGroup,
  askings: readonly SampleRequest[],
  regions: readonly string[],
  attributes: Readonly<Record<string, string>>,
  sides: PolicyDiff,
): { readonly changes: readonly AccessChange[] } & Omit<Coverage, 'agencies'> {
  const policies = [...policiesAbout(group, sides.before), ...policiesAbout(group, sides.after)];
  const dimensions = dimensionsOf(policies, attributes);
  const kinds = recordKinds(dimensions);
  // Rules seldom test a caller's region together with several attributes of a record.
  const fewer = kindsNearOrdinary(dimensions, 1);
  const callers: Dimension = { attribute: CALLERS, values: regions.map((code) => ({ name: code, value: () => code })) };
  const found = new Map<string, Found>();
  const kept = new Set<Told>();
  for (const similar of equivalentRequests(askings, policies)) {
    const [asking] = similar;
    if (asking === undefined) continue;
    const { context } = asking;
    const always = {
      before: group.isNew
        ? notThere(group.before)
        : settledAnswer(group.before, sides.before.rules.decisionsFor(context)),
      after: settledAnswer(group.after, sides.after.rules.decisionsFor(context)),
    };
    const isSettled = always.before !== undefined && always.after !== undefined;
    let settledCause: AccessChange['cause'] | undefined;
    if (group.isNew && always.after !== undefined && LEVEL[always.after] === 0) continue;
    if (always.before !== undefined && always.before === always.after) {
      kept.add(always.before);
      continue;
    }
    for (const kind of context.caller.region === REGION ? kinds : fewer) {
      const record = resourceOf(dimensions, kind, asking);
      const told = toldTo(asking, group, record, sides, always);
      if (told.before === told.after) {
        kept.add(told.before);
        continue;
      }
      if (group.isNew && LEVEL[told.after] === 0) continue;
      if (isSumOfParts(asking, told, group, record, sides)) continue;
      const difference = { before: group.before, after: group.after, isNew: group.isNew, told, context, record };
      const cause = settledCause ?? causeOf(difference, sides);
      if (isSettled) settledCause = cause;
      const key = JSON.stringify([told, cause]);
      const one = found.get(key) ?? { told, cause, cells: [] };
      found.set(key, one);
      for (const each of similar) {
        const tuple = [each.role, each.agency, each.stating.name, each.region, ...kind.map(({ name }) => name)];
        one.cells.push({ tuple, difference, asking: each });
      }
    }
  }
  const all = [...found.values()];
  const changes = all.flatMap(({ told, cause, cells }) => {
    const isRefusal = !group.isNew && (told.before === 'DENIED' || told.before === 'ABSENT');
    const everyone =
      isRefusal && !kept.has(told.before) && all.every((one) => one.told.before !== told.before || one.told === told);
    const products = everyone ? [undefined] : asProducts(cells.map(({ tuple }) => tuple));
    return products.map((product) => ({
      fields: group.fields,
      isNew: group.isNew,
      questions: { before: group.before, after: group.after },
      told,
      cause,
      product,
      dimensions: [callers, ...dimensions],
      example: exampleOf(cells, product),
    }));
  });
  return { changes, requests: askings.length, kinds: kinds.length, combinations: combinationsOf(dimensions) };
}

interface Cell {
  readonly tuple: Tuple;
  readonly asking: SampleRequest;
  /** One difference for all callers whom the rules treat alike, with one of them as an example. */
  readonly difference: Difference;
}

interface Found extends Pick<AccessChange, 'told' | 'cause'> {
  readonly cells: Cell[];
}

function toldTo(
  { context }: SampleRequest,
  { before, after, isNew }: FieldGroup,
  record: ResourceAttributes,
  sides: PolicyDiff,
  always: { readonly before?: Told | undefined; readonly after?: Told | undefined } = {},
): AccessChange['told'] {
  return {
    before: isNew
      ? notThere(before)
      : (always.before ?? answerTo(before, sides.before.rules.decisionsFor(context), record)),
    after: always.after ?? answerTo(after, sides.after.rules.decisionsFor(context), record),
  };
}

/** Whether a combination of roles gets the same answers as its single roles, whose changes are reported already. */
function isSumOfParts(
  { alone }: SampleRequest,
  told: AccessChange['told'],
  group: FieldGroup,
  record: ResourceAttributes,
  sides: PolicyDiff,
): boolean {
  if (alone.length === 0) return false;
  const parts = alone.map((one) => toldTo(one, group, record, sides));
  const furthest = (side: 'before' | 'after') => Math.max(...parts.map((part) => LEVEL[part[side]]));
  return LEVEL[told.before] === furthest('before') && LEVEL[told.after] === furthest('after');
}

/** Preferably one that the cases cover. */
function exampleOf(cells: readonly Cell[], product: Product | undefined): AccessChange['example'] {
  const inside = cells.filter(({ tuple }) => product === undefined || isIn(tuple, product));
  const { asking, difference } = (inside.find((cell) => isSpokenOf(cell.asking)) ?? inside[0]) as Cell;
  return { ...difference, context: asking.context, asking };
}

/** Rules that differ, before and after. */
function changedPolicies({ before, after }: PolicyDiff): readonly Policy[] {
  const [was, is] = [rulesOf(before), rulesOf(after)];
  const [known, now] = [new Set(was.map(contentOf)), new Set(is.map(contentOf))];
  return [...was.filter((rule) => !now.has(contentOf(rule))), ...is.filter((rule) => !known.has(contentOf(rule)))];
}

function remembered<Result>(work: (key: string) => Result): (key: string) => Result {
  const known = new Map<string, Result>();
  return (key) => {
    const result = known.get(key) ?? work(key);
    known.set(key, result);
    return result;
  };
}
