import type { DataClassName } from '../../../shared/access/catalogue';
import { AccessRules, type Answer } from '../../../shared/access/decide';
import { type Coordinate, classesOf, maskedFields, requirementOf } from '../../../shared/access/labels';
import type { FilePlace } from '../../../shared/cli/read-yaml';
import { REGION } from '../../access-matrix/sample-requests';
import type { Entry } from '../../cases/cases';
import { probesIn } from '../../cases/probes';
import {
  answerOfCase,
  contextOfCase,
  isAskedFor,
  isSpokenOf,
  resourceOfCase,
  SPOKEN_STATINGS,
} from '../access/case-answers';
import { listed, wordsOf } from '../access/describe';
import { asProducts, isIn, type Tuple } from '../access/products';
import { REGIONS } from '../access/record-space';
import { type SampleRequest, sampleRequests } from '../access/sample-request';
import type { Finding } from '../finding';
import type { ReadAgency } from '../read-agency';
import type { Rule } from './rule';

/**
 * Rules must answer as the cases state: to every role of every agency for every purpose, inside and outside the region,
 * about the record of each class's entry. Tests verify the same on databases and the whole gateway.
 */
export const cases: Rule = ({ after, asked }) => {
  const askings = sampleRequests([...after.agencies.keys()]).filter(isSpokenOf);
  return (
    [...after.agencies.values()]
      // Faults of the file itself are reported separately.
      .filter((read) => asked.has(read.agency) && read.cases?.faults.length === 0)
      .flatMap((agency) => [...probeFindings(agency), ...answerFindings(agency, askings)])
  );
};

// Private:

function probeFindings({ agency, cases: specification, schema }: ReadAgency): readonly Finding[] {
  if (specification === undefined || schema === undefined) return [];
  return probesIn(specification.entries, schema).faults.map(({ dataClass, message }) => ({
    what: 'cases',
    severity: 'error',
    agencies: [agency],
    message: dataClass === undefined ? message : `${dataClass}: ${message}`,
    places: [dataClass === undefined ? specification.placeOf('') : specification.placeOf(dataClass, ['fields'])],
  }));
}

/** A difference between stated and actual answer. */
interface Mismatch {
  readonly stated: Answer;
  readonly given: Answer;
  readonly cells: { readonly tuple: Tuple; readonly place: FilePlace }[];
}

function answerFindings(read: ReadAgency, askings: readonly SampleRequest[]): readonly Finding[] {
  const { agency, cases: specification, rules, schema } = read;
  if (specification === undefined || rules === undefined || schema === undefined) return [];
  const access = new AccessRules([rules], { profiles: askings.length * 2 });
  const unmasked = classesWithoutMask(read);
  const agencies = [...new Set(askings.map((asking) => asking.agency))];
  const findings = [...specification.entries].flatMap(([name, entry]) => {
    const mismatches = new Map<string, Mismatch>();
    const requirement = [[[name]]];
    const records = recordsOf(entry, read);
    for (const asking of askings) {
      if (!isAskedFor(name, asking)) continue;
      const decisions = access.decisionsFor(contextOfCase(name, asking));
      for (const { region, record } of records) {
        const given = decisions.decide(requirement, record, !unmasked.has(name));
        const { answer: stated, by } = answerOfCase(name, entry, asking, record);
        if (given === stated) continue;
        const key = `${stated} ${given}`;
        const mismatch = mismatches.get(key) ?? { stated, given, cells: [] };
        mismatches.set(key, mismatch);
        const tuple = [asking.role, asking.agency, asking.stating.name, region];
        mismatch.cells.push({ tuple, place: specification.placeOf(name, by) });
      }
    }
    return [...mismatches.values()].flatMap((mismatch) => toldOf(name, mismatch, agencies));
  });
  return merged(findings).map(({ classes, rest, places }) => ({
    what: 'cases',
    severity: 'error',
    agencies: [agency],
    message: `${listed(classes)} — ${rest}`,
    places: places.toSorted((a, b) => a.line - b.line),
  }));
}

/** A difference, with its callers and classes. */
interface ToldMismatch {
  readonly classes: readonly DataClassName[];
  readonly rest: string;
  readonly places: readonly FilePlace[];
}

/** Merges the same difference of several classes. */
function merged(all: readonly ToldMismatch[]): readonly ToldMismatch[] {
  const byRest = new Map<string, ToldMismatch>();
  for (const { rest, classes, places } of all) {
    const known = byRest.get(rest);
    byRest.set(rest, {
      rest,
      classes: [...(known?.classes ?? []), ...classes],
      places: [...(known?.places ?? []), ...places],
    });
  }
  return [...byRest.values()];
}

/** Cases are about records in the region; other regions are described explicitly. */
const CASE_REGIONS = REGIONS.slice(0, 2);

function recordsOf(entry: Entry, agency: ReadAgency) {
  const variants = entry['where-protected'] === undefined ? [{}] : [{}, { locationProtected: true }];
  return CASE_REGIONS.flatMap(({ name, value }) =>
    variants.map((variant) => ({
      region: name,
      record: {
        ...resourceOfCase(entry, agency, String(value({ agency: agency.agency, region: REGION }))),
        ...variant,
      },
    })),
  );
}

/** A masked answer needs a mask on every field that has only this class, but for those of which the cases say otherwise. */
function classesWithoutMask({ schema, definitions, cases: specification }: ReadAgency): ReadonlySet<DataClassName> {
  if (schema === undefined) return new Set();
  const { probes } = probesIn(specification?.entries ?? new Map(), schema);
  const masked = new Set<Coordinate>([
    ...maskedFields(schema).keys(),
    ...probes.filter(({ withoutMask }) => withoutMask).map(({ labelled }) => labelled),
  ]);
  return new Set(
    [...definitions].flatMap(([coordinate, node]) =>
      node.kind !== 'FieldDefinition' || masked.has(coordinate) ? [] : classesOf(requirementOf(node.directives ?? [])),
    ),
  );
}

function toldOf(
  dataClass: DataClassName,
  { stated, given, cells }: Mismatch,
  agencies: readonly string[],
): readonly ToldMismatch[] {
  const dimension = { attribute: 'region', values: CASE_REGIONS };
  return asProducts(cells.map(({ tuple }) => tuple)).map((product) => {
    const { who, purposes, conditions } = wordsOf(product, [dimension], { agencies, statings: SPOKEN_STATINGS });
    const where = conditions.length === 0 ? '' : `, ${conditions.join(', ')}`;
    const places = cells.filter(({ tuple }) => isIn(tuple, product)).map(({ place }) => place);
    return {
      classes: [dataClass],
      rest: `${who} for ${listed(purposes)}${where}: the rules answer ${given} instead of ${stated}`,
      places: [...new Map(places.map((place) => [`${place.file}:${place.line}`, place])).values()],
    };
  });
}
