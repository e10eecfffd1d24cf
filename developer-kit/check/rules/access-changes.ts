import { type Coordinate, classesOf } from '../../../shared/access/labels';
import { type AccessChange, type Coverage, changedAnswers } from '../access/changes';
import { fieldsIn, listed, type Words, wordsOf } from '../access/describe';
import { labelledAt } from '../access/labelled-at';
import { type LossOf, lossesIn } from '../access/losses';
import { policyDiff } from '../access/policy-diff';
import type { Product } from '../access/products';
import { LEVEL, type Question, type Told } from '../access/question';
import type { Dimension } from '../access/record-space';
import { STATINGS } from '../access/sample-request';
import { statedFor } from '../access/stated-for';
import { unshownChanges } from '../access/unshown-changes';
import { definedAt } from '../defined-at';
import type { AnswerChange, Finding } from '../finding';
import type { Reading } from '../reading';
import type { Rule } from './rule';

/**
 * Reports changed answers of every role of every agency for every purpose, with every kind of reference and record,
 * about every field. Answering or telling anybody more is an opening; for a new field, reports who is answered. Answering
 * less is an error where an app or another agency than the owner of the cause is concerned.
 */
export const accessChanges: Rule = (reading) => {
  const { before, after } = reading;
  if (after.graph === undefined) return [NOT_WORKED_OUT];
  const agencies = [...new Set([...before.graph.agencies.keys(), ...after.graph.agencies.keys()])];
  const sides = policyDiff(reading, after.graph);
  const { changes, coverage } = changedAnswers(before.graph, after.graph, sides);
  const lossOf = lossesIn(reading);
  const findings = merged(changes.flatMap((change) => withLosses(told(change, agencies, reading), lossOf))).sort(
    (a, b) => ORDER.indexOf(a.what) - ORDER.indexOf(b.what),
  );
  // A new field of an existing class is answered by existing rules.
  const isOfNewClass = ({ questions: { after } }: AccessChange) =>
    classesOf(after.requirement ?? []).some((name) => !sides.before.classes.has(name));
  const effective = new Set(
    changes.flatMap((change) =>
      change.cause === 'labels' || (change.isNew && !isOfNewClass(change)) ? [] : change.cause.rules,
    ),
  );
  const opened = new Set(
    findings.flatMap(({ severity, change }) => (severity === 'opening' ? (change?.rules ?? []) : [])),
  );
  return [...findings, ...unshownChanges({ effective, opened }, sides), ...lookedAt(coverage)];
};

// Private:

/** A skipped comparison must not look like one without changes. */
const NOT_WORKED_OUT: Finding = {
  what: 'no comparison',
  severity: 'note',
  agencies: [],
  message: 'broken operations and changed answers are computed once all schemas compose and all rules can be read',
  places: [],
};

/** How much of the space of questions was asked, if anything had to be. */
function lookedAt({ agencies, requests, kinds, combinations }: Coverage): readonly Finding[] {
  if (kinds === 0) return [];
  const records =
    kinds === combinations
      ? `all ${kinds} kinds of record`
      : `${kinds} of ${combinations} kinds of record: an ordinary one, and those that differ from it in one or two attributes`;
  const message = `${requests} requests about up to ${records}; what these do not show of changed rules is proven or suspected`;
  return [{ what: 'coverage', severity: 'note', agencies, message, places: [] }];
}

const ORDER: readonly string[] = ['new', 'opened', 'may write', 'tells', 'closed', 'may not write', 'keeps silent'];

const SAYING: Readonly<Record<string, string>> = {
  tells: ', a refusal that is now visible',
  'keeps silent': ', a refusal that is no longer visible',
};

const EVERYONE: Words = { who: 'everyone who is refused it', purposes: ['any purpose'], conditions: [] };

interface ToldChange extends Omit<Finding, 'change' | 'message'> {
  readonly change: AnswerChange;
  /** `child-director for VISIT with its visits: DENIED -> CLEAR, by education.visit` */
  readonly rest: string;
}

function told(change: AccessChange, agencies: readonly string[], reading: Reading): ToldChange {
  const { fields, isNew, product, dimensions, questions } = change;
  const { before, after } = change.told;
  const cause = change.cause === 'labels' ? labelCause(fields, questions, reading) : change.cause;
  const { who, purposes, conditions } =
    product === undefined ? EVERYONE : wordsOf(product, dimensions, { agencies, statings: STATINGS });
  const what = isNew ? 'new' : kindOf(before, after);
  const isOpening = OPENINGS.has(what);
  const stated = isOpening && after !== 'ALLOWED' ? statedFor(change, reading) : undefined;
  const where = conditions.length === 0 ? '' : `, ${conditions.join(', ')}`;
  return {
    what,
    severity: isOpening ? 'opening' : 'change',
    agencies: cause.agencies,
    places: [...(isNew ? definedAt(reading, fields[0] ?? '').places : []), ...cause.places, ...(stated?.places ?? [])],
    rest: `${who} for ${listed(purposes)}${where}: ${isNew ? '' : `${before} -> `}${after}${SAYING[what] ?? ''}, by ${cause.words}${stated === undefined ? '' : `, ${stated.words}`}`,
    change: {
      fields,
      roles: [...(product?.[0] ?? [])],
      agencies: [...(product?.[1] ?? [])],
      purposes,
      conditions,
      records: product === undefined ? {} : recordsIn(product, dimensions),
      before: isNew ? 'NOT_THERE' : before,
      after,
      rules: cause.rules,
    },
  };
}

/** Splits a closing by what its fields lose: each loss is an error, which those who lose something may accept. */
function withLosses(told: ToldChange, lossOf: LossOf): readonly ToldChange[] {
  if (!CLOSINGS.has(told.what)) return [told];
  const byLoss = new Map<string | undefined, Coordinate[]>();
  for (const field of told.change.fields) {
    const loss = lossOf(field, told.agencies);
    byLoss.set(loss, [...(byLoss.get(loss) ?? []), field]);
  }
  return [...byLoss].map(([loss, fields]) => ({
    ...told,
    ...(loss !== undefined && { severity: 'error', acceptable: true }),
    rest: loss === undefined ? told.rest : `${told.rest}; ${loss}`,
    change: { ...told.change, fields },
  }));
}

const CLOSINGS: ReadonlySet<string> = new Set(['closed', 'may not write']);

/** The values of each attribute, unless it may have any. */
function recordsIn([, , , ...rest]: Product, dimensions: readonly Dimension[]): AnswerChange['records'] {
  return Object.fromEntries(
    dimensions.flatMap(({ attribute, values }, at) => {
      const chosen = rest[at] ?? new Set();
      return chosen.size === values.length ? [] : [[attribute, [...chosen]] as const];
    }),
  );
}

const OPENINGS: ReadonlySet<string> = new Set(['new', 'opened', 'may write', 'tells']);

function kindOf(before: Told, after: Told): string {
  if (after === 'ALLOWED') return 'may write';
  if (after === 'REFUSED') return 'may not write';
  if (LEVEL[after] === LEVEL[before]) return after === 'DENIED' ? 'tells' : 'keeps silent';
  return LEVEL[after] > LEVEL[before] ? 'opened' : 'closed';
}

/** Merges the same change of several fields. */
function merged(changes: readonly ToldChange[]): Finding[] {
  const groups = new Map<string, ToldChange[]>();
  for (const one of changes) {
    const key = JSON.stringify([one.what, one.rest, one.places]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const { rest, ...finding } = first;
    const fields = alike.flatMap(({ change }) => change.fields);
    return [{ ...finding, message: `${fieldsIn(fields)} — ${rest}`, change: { ...first.change, fields } }];
  });
}

function labelCause(
  fields: readonly Coordinate[],
  { before, after }: { before: Question; after: Question },
  reading: Reading,
) {
  const [had, has] = [classesOf(before.requirement ?? []), classesOf(after.requirement ?? [])];
  const lost = had.filter((name) => !has.includes(name));
  const gained = has.filter((name) => !had.includes(name));
  const words = [
    ...lost.map((name) => `its label ${name}, which was removed`),
    ...gained.map((name) => `its new label ${name}`),
    ...(before.maskable && !after.maskable ? ['its mask, which was removed'] : []),
    ...(!before.maskable && after.maskable ? ['its new mask'] : []),
  ];
  const [field = ''] = fields;
  const labels = labelledAt(field, gained, [...reading.after.agencies.values()]);
  return {
    words: words.length === 0 ? 'its labels' : listed(words),
    rules: [],
    ...(labels.length === 0
      ? definedAt(reading, field)
      : { agencies: labels.map(({ agency }) => agency), places: labels.flatMap(({ places }) => places) }),
  };
}
