import type { DataClassName } from '../../../../shared/access/catalogue';
import { AccessRules, type Answer } from '../../../../shared/access/decide';
import { classesOf, maskedFields, requirementOf } from '../../../../shared/access/labels';
import type { Agency } from '../../../../shared/agencies';
import type { Entry } from '../../cases/cases';
import { probesIn } from '../../cases/probes';
import { type Asking, everyAsking } from '../access/asking';
import { answerOfCase, contextOfCase, isSpokenOf, recordOfCase } from '../access/case-answers';
import { asProducts, type Tuple } from '../access/products';
import { REGIONS } from '../access/record-space';
import { listed, wordsOf } from '../access/words';
import type { Finding, Place } from '../finding';
import type { ReadAgency } from '../read-agency';
import type { Rule } from './rule';

/**
 * The rules answer as the cases say: every role of every agency for every purpose, in the region and beyond it,
 * about the record that the entry of each class describes. The tests ask the same of databases and of the whole gateway.
 */
export const casesRule: Rule = ({ after }) => {
  const askings = everyAsking([...after.agencies.keys()]).filter(isSpokenOf);
  return [...after.agencies.values()].flatMap((agency) => [
    ...probeFindings(agency),
    ...answerFindings(agency, askings),
  ]);
};

// Private:

function probeFindings({ agency, cases, schema, folder }: ReadAgency): readonly Finding[] {
  if (cases === undefined || schema === undefined || folder.cases === undefined || cases.entries.size === 0) return [];
  const file = folder.cases.path;
  return probesIn(cases.entries, schema).faults.map(({ dataClass, message }) => ({
    what: 'cases',
    severity: 'error',
    agencies: [agency],
    message: dataClass === undefined ? message : `${dataClass}: ${message}`,
    places: [{ file, line: dataClass === undefined ? 1 : cases.lineOf(dataClass, ['fields']) }],
  }));
}

/** One answer instead of another, for the same line of the cases. */
interface Mismatch {
  readonly stated: Answer;
  readonly given: Answer;
  readonly line: number;
  readonly tuples: Tuple[];
}

function answerFindings(read: ReadAgency, askings: readonly Asking[]): readonly Finding[] {
  const { agency, cases, rules, schema, folder } = read;
  if (cases === undefined || rules === undefined || schema === undefined || folder.cases === undefined) return [];
  const access = new AccessRules([rules], { profiles: askings.length * 2 });
  const unmasked = classesWithoutMask(read);
  const agencies = [...new Set(askings.map((asking) => asking.agency))];
  return [...cases.entries].flatMap(([name, entry]) => {
    const mismatches = new Map<string, Mismatch>();
    const requirement = [[[name]]];
    const records = recordsOf(entry, read);
    for (const asking of askings) {
      const decisions = access.decisionsFor(contextOfCase(name, asking));
      for (const { region, record } of records) {
        const given = decisions.decide(requirement, record, !unmasked.has(name));
        const { answer: stated, by } = answerOfCase(name, entry, asking, record);
        if (given === stated) continue;
        const line = cases.lineOf(name, by);
        const key = JSON.stringify([stated, given, line]);
        const mismatch = mismatches.get(key) ?? { stated, given, line, tuples: [] };
        mismatches.set(key, mismatch);
        mismatch.tuples.push([asking.role, asking.agency, asking.stating.name, region]);
      }
    }
    return [...mismatches.values()].flatMap((mismatch) =>
      findingsOf(name, agency, mismatch, agencies, { file: folder.cases?.path ?? '', line: mismatch.line }),
    );
  });
}

/** The cases say "in region", and mean everything else by what is not. */
const CASE_REGIONS = REGIONS.slice(0, 2);

function recordsOf(entry: Entry, agency: ReadAgency) {
  const variants = entry['where-protected'] === undefined ? [{}] : [{}, { addressProtected: true }];
  return CASE_REGIONS.flatMap(({ name, value }) =>
    variants.map((variant) => ({
      region: name,
      record: { ...recordOfCase(entry, agency, String(value(agency.agency))), ...variant },
    })),
  );
}

/** A masked answer needs a mask on every field that has the class for itself. */
function classesWithoutMask({ schema, definitions }: ReadAgency): ReadonlySet<DataClassName> {
  const masked = new Set(schema === undefined ? [] : maskedFields(schema));
  return new Set(
    [...definitions].flatMap(([coordinate, node]) =>
      node.kind !== 'FieldDefinition' || masked.has(coordinate) ? [] : classesOf(requirementOf(node.directives ?? [])),
    ),
  );
}

function findingsOf(
  dataClass: DataClassName,
  owner: Agency,
  { stated, given, tuples }: Mismatch,
  agencies: readonly string[],
  place: Place,
): readonly Finding[] {
  const dimension = { attribute: 'region', values: CASE_REGIONS };
  return asProducts(tuples).map((product) => {
    const { who, purposes, conditions } = wordsOf(product, [dimension], agencies);
    const where = conditions.length === 0 ? '' : `, ${conditions.join(', ')}`;
    const message = `${dataClass} — ${who} for ${listed(purposes)}${where}: the rules answer ${given} instead of ${stated}`;
    return { what: 'cases', severity: 'error', agencies: [owner], message, places: [place] };
  });
}
