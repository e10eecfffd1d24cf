import { type Coordinate, classesOf } from '../../../../shared/access/labels';
import type { Policy } from '../../../../shared/access/policies';
import type { ClassPolicies } from '../../../../shared/access/specialise';
import type { Agency } from '../../../../shared/agencies';
import type { Graph } from '../graph';
import { type Asking, everyAsking } from './asking';
import { type Cause, causeOf, type Difference } from './cause';
import { asProducts, type Product, type Tuple } from './products';
import { answerTo, type Question, questionAbout, refusedAlways, type Told } from './question';
import { type Dimension, dimensionsOf, recordKinds, recordOf } from './record-space';
import type { Side, Sides } from './sides';

/** Fields that are asked about in the same way, before and after. */
interface FieldGroup {
  readonly fields: Coordinate[];
  readonly before: Question;
  readonly after: Question;
}

/** Callers, purposes and records for which the same answer has become the same other one, for the same reason. */
export interface AccessChange {
  readonly fields: readonly Coordinate[];
  readonly questions: { readonly before: Question; readonly after: Question };
  readonly told: { readonly before: Told; readonly after: Told };
  readonly cause: Cause | 'labels';
  /** Roles, agencies, what is stated, and then what the record is like in each of the dimensions; undefined for everyone. */
  readonly product: Product | undefined;
  readonly dimensions: readonly Dimension[];
  /** One of those for whom it is so. */
  readonly example: Difference & { readonly asking: Asking };
}

/** Asks both graphs as everybody for everything, about every field that is in both, and says what has changed. */
export function accessChanges(before: Graph, after: Graph, sides: Sides): readonly AccessChange[] {
  const agencies = [...new Set<Agency>([...before.agencies.keys(), ...after.agencies.keys()])];
  const askings = everyAsking(agencies);
  return fieldGroups(before, after)
    .filter((group) => isAffected(group, sides))
    .flatMap((group) => changesOf(group, askings, attributesOf(before, after), sides));
}

// Private:

function fieldGroups(before: Graph, after: Graph): readonly FieldGroup[] {
  const groups = new Map<string, FieldGroup>();
  for (const coordinate of after.fields) {
    if (!before.fields.has(coordinate)) continue;
    const questions = { before: questionAbout(coordinate, before), after: questionAbout(coordinate, after) };
    const key = JSON.stringify(questions);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { fields: [coordinate], ...questions });
    else known.fields.push(coordinate);
  }
  return [...groups.values()];
}

const classesIn = ({ before, after }: FieldGroup): readonly string[] =>
  classesOf([...(before.requirement ?? []), ...(after.requirement ?? [])]);

function isAffected(group: FieldGroup, { before, after }: Sides): boolean {
  if (JSON.stringify(group.before) !== JSON.stringify(group.after)) return true;
  return classesIn(group).some((name) => contentOf(before.classes.get(name)) !== contentOf(after.classes.get(name)));
}

/** All that answers depend on. */
function contentOf(policies: ClassPolicies | undefined): string {
  if (policies === undefined) return '';
  const { dataClass, byAction } = policies;
  const rules = Object.entries(byAction).map(([action, all]) => [
    action,
    all.map(({ effect, condition }) => ({ effect, condition })),
  ]);
  return JSON.stringify([dataClass.refusal, dataClass.grade, rules]);
}

function attributesOf(before: Graph, after: Graph): Readonly<Record<string, string>> {
  return Object.assign(
    {},
    ...[...before.agencies.values(), ...after.agencies.values()].map(({ catalogue }) => catalogue.attributes),
  );
}

function policiesAbout(group: FieldGroup, { classes }: Side): readonly Policy[] {
  return classesIn(group).flatMap((name) => {
    const byAction = classes.get(name)?.byAction;
    if (byAction === undefined) return [];
    const { read, readMasked, write } = byAction;
    return group.after.mutation === undefined ? [...read, ...readMasked] : write;
  });
}

function changesOf(
  group: FieldGroup,
  askings: readonly Asking[],
  attributes: Readonly<Record<string, string>>,
  sides: Sides,
): readonly AccessChange[] {
  const dimensions = dimensionsOf(
    [...policiesAbout(group, sides.before), ...policiesAbout(group, sides.after)],
    attributes,
  );
  const kinds = recordKinds(dimensions);
  const found = new Map<string, Pick<AccessChange, 'told' | 'cause' | 'example'> & { readonly tuples: Tuple[] }>();
  const kept = new Set<Told>();
  for (const asking of askings) {
    const { context, agency, role, stating } = asking;
    const decisions = {
      before: sides.before.rules.decisionsFor(context),
      after: sides.after.rules.decisionsFor(context),
    };
    const always = {
      before: refusedAlways(group.before, decisions.before),
      after: refusedAlways(group.after, decisions.after),
    };
    if (always.before !== undefined && always.before === always.after) {
      kept.add(always.before);
      continue;
    }
    for (const kind of kinds) {
      const record = recordOf(dimensions, kind, agency);
      const told = {
        before: always.before ?? answerTo(group.before, decisions.before, record),
        after: always.after ?? answerTo(group.after, decisions.after, record),
      };
      if (told.before === told.after) {
        kept.add(told.before);
        continue;
      }
      const difference = { before: group.before, after: group.after, told, context, record };
      const cause = causeOf(difference, sides);
      const key = JSON.stringify([told, cause]);
      const tuple = [role, agency, stating.name, ...kind.map(({ name }) => name)];
      const known = found.get(key);
      if (known === undefined) found.set(key, { told, cause, tuples: [tuple], example: { ...difference, asking } });
      else known.tuples.push(tuple);
    }
  }
  const all = [...found.values()];
  return all.flatMap(({ tuples, ...change }) => {
    const { before } = change.told;
    const everyone = !kept.has(before) && all.filter(({ told }) => told.before === before).length === 1;
    const isRefusal = before === 'DENIED' || before === 'ABSENT';
    return (everyone && isRefusal ? [undefined] : asProducts(tuples)).map((product) => ({
      ...change,
      fields: group.fields,
      questions: { before: group.before, after: group.after },
      product,
      dimensions,
    }));
  });
}
