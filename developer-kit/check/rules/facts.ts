import { isDeepStrictEqual } from 'node:util';
import type { Agency } from '../../../shared/domain/agencies';
import { listed } from '../access/describe';
import { digestOf } from '../digest';
import { FACTS, nameOfSealed, type ReadFacts, type SealedFact } from '../facts-file';
import type { Finding, Severity } from '../finding';
import type { Reading } from '../reading';
import { type Uncovered, uncoveredConditions } from '../sql/covered-conditions';
import type { Database } from '../sql/database';
import { sourcesBelow } from '../sql/sources-below';
import type { Rule } from './rule';

/**
 * Every condition of a view of `exposed` needs a fact about the rows that it hides, or a reason why it hides nothing secret;
 * a table that is sealed as a whole needs to be in no view. A fact that goes is an error, unless what it is about goes, too;
 * one that changes is an opening.
 */
export const facts: Rule = (reading) => [...reading.facts.keys()].flatMap((agency) => factsOf(agency, reading));

// Private:

type Report = (severity: Severity, message: string, path?: readonly (string | number)[]) => Finding;

function factsOf(agency: Agency, { facts: all, databases, after }: Reading): readonly Finding[] {
  const pair = all.get(agency);
  const database = databases.get(agency)?.after;
  if (pair === undefined || database === undefined) return [];
  const file = `subgraphs/${agency}/${FACTS}`;
  const report: Report = (severity, message, path) => ({
    what: 'fact',
    severity,
    agencies: [agency],
    message: `${agency}: ${message}`,
    places: [{ file, line: path === undefined ? undefined : pair.after.lineOf(path) }],
    digest: digestOf(JSON.stringify(pair.after.facts)),
  });
  const faults = pair.after.faults.map(({ message, line }) => ({
    ...report('error', message),
    places: [{ file, line }],
  }));
  if (faults.length > 0 || database.faults.length > 0) return faults;
  const classes = after.agencies.get(agency)?.catalogue?.classes;
  const isAbsent = (name: string) => classes === undefined || classes.get(name)?.refusal === 'absent';
  return [
    ...uncoveredConditions(database, pair.after.facts).map(conditionFinding(agency, file)),
    ...sealedFindings(pair.after, database, report),
    ...silentChanges(pair, isAbsent, report),
    ...sealedChanges(pair, database, report),
    ...otherChanges(pair, report),
  ];
}

const conditionFinding =
  (agency: Agency, facts: string) =>
  ({ view: { name, file, line }, conditions }: Uncovered): Finding => ({
    what: 'fact',
    severity: 'error',
    agencies: [agency],
    message: `${name} of ${agency} hides rows by ${listed(conditions.map((sql) => `“${sql}”`))}, and no fact is about them: add one under "sealed" in ${facts}, or the view with a reason under "notSecret"`,
    places: [{ file, line }],
  });

function sealedFindings({ facts: { sealed } }: ReadFacts, database: Database, report: Report): readonly Finding[] {
  return sealed.flatMap(({ table, where }, index) => {
    const name = `base.${table}`;
    if (!database.tables.has(name)) return [report('error', `no migration creates ${name}`, ['sealed', index])];
    if (where !== undefined) return [];
    const showing = [...database.views.values()].filter(
      (view) => view.name.startsWith('exposed.') && sourcesBelow(view, database).has(name),
    );
    return showing.map((view) =>
      report('error', `${view.name} reads ${name}, all of which is sealed`, ['sealed', index]),
    );
  });
}

interface FactsPair {
  readonly before: ReadFacts;
  readonly after: ReadFacts;
}

function silentChanges(
  { before, after }: FactsPair,
  isAbsent: (name: string) => boolean,
  report: Report,
): readonly Finding[] {
  return Object.entries(before.facts.silent).flatMap(([name, was]) => {
    const is = after.facts.silent[name];
    if (is === undefined)
      return isAbsent(name) ? [report('error', `the fact of ${name} went, and the class has not`)] : [];
    return isDeepStrictEqual(was, is) ? [] : [report('opening', `the fact of ${name} was changed`, ['silent', name])];
  });
}

function sealedChanges({ before, after }: FactsPair, { tables }: Database, report: Report): readonly Finding[] {
  const [was, is] = [before.facts.sealed, after.facts.sealed];
  const isIn = (facts: readonly SealedFact[], fact: SealedFact) =>
    facts.some((one) => nameOfSealed(one) === nameOfSealed(fact));
  return was.flatMap((fact) => {
    const name = nameOfSealed(fact);
    const same = is.findIndex((one) => nameOfSealed(one) === name);
    if (same >= 0) {
      const isChanged = !isDeepStrictEqual(is[same], fact);
      return isChanged ? [report('opening', `the sealed fact of ${name} was changed`, ['sealed', same])] : [];
    }
    if (!tables.has(`base.${fact.table}`)) return [];
    const instead = is.findIndex((one) => one.table === fact.table && !isIn(was, one));
    if (instead < 0) return [report('error', `the sealed fact of ${name} went, and its table has not`)];
    const now = nameOfSealed(is[instead] as SealedFact);
    return [report('opening', `the sealed fact of ${name} is now one of ${now}`, ['sealed', instead])];
  });
}

function otherChanges({ before, after }: FactsPair, report: Report): readonly Finding[] {
  const isGivenChanged = !isDeepStrictEqual(before.facts.given, after.facts.given);
  return [
    ...(isGivenChanged ? [report('opening', 'the data that facts depend on was changed', ['given'])] : []),
    ...Object.entries(after.facts.notSecret)
      .filter(([view]) => before.facts.notSecret[view] === undefined)
      .map(([view, reason]) =>
        report('opening', `the conditions of ${view} are said to hide nothing secret: ${reason}`, ['notSecret', view]),
      ),
  ];
}
