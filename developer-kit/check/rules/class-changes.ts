import type { DataClass } from '../../../shared/access/catalogue';
import { GRADES } from '../../../shared/access/rule-vocabulary';
import { YamlFile } from '../../../shared/cli/read-yaml';
import type { Finding, Severity } from '../finding';
import type { ReadAgency } from '../read-agency';
import type { Reading } from '../reading';
import type { Rule } from './rule';

/**
 * Reports classes that go, get a lower grade, or another legal basis, and rules with another legal basis or agreement. What
 * changed refusals and rules answer is computed elsewhere.
 */
export const classChanges: Rule = ({ before, after }) =>
  [...after.agencies.values()].flatMap((read) => {
    const former = before.graph.agencies.get(read.agency);
    return former === undefined
      ? []
      : [...changedClasses(former.catalogue.classes, read), ...changedBases(former, read)];
  });

// Private:

type FormerRules = NonNullable<ReturnType<Reading['before']['graph']['agencies']['get']>>;

function changedClasses(
  former: FormerRules['catalogue']['classes'],
  { agency, catalogue, folder }: ReadAgency,
): readonly Finding[] {
  if (catalogue === undefined) return [];
  const { path, text } = folder.catalogue;
  const file = new YamlFile(text, path);
  const finding = (severity: Severity, name: string, words: string, member: string): Finding => ({
    what: 'class',
    severity,
    agencies: [agency],
    message: `${name} ${words}`,
    places: [{ file: path, line: file.lineOf(['classes', name, member]) }],
  });
  return [...former].flatMap(([name, was]) => {
    const is = catalogue.classes.get(name);
    if (is === undefined) return [finding('opening', name, 'went, and with it the rules that protect its fields', '')];
    return [
      ...gradeChange(was, is).map(([severity, words]) => finding(severity, name, words, 'grade')),
      ...(was.basis === is.basis ? [] : [finding('opening', name, basisWords(was, is), 'basis')]),
      ...(was.name === is.name ? [] : [finding('change', name, `is called ${is.name} instead of ${was.name}`, 'name')]),
    ];
  });
}

function gradeChange(was: DataClass, is: DataClass): readonly (readonly [Severity, string])[] {
  if (was.grade === is.grade) return [];
  const isLower = GRADES.indexOf(is.grade) < GRADES.indexOf(was.grade);
  return [[isLower ? 'opening' : 'change', `is graded ${is.grade} instead of ${was.grade}`]];
}

const basisWords = (was: { readonly basis: string }, is: { readonly basis: string }): string =>
  `is based on ${is.basis} instead of ${was.basis}`;

function changedBases({ policies }: FormerRules, { agency, rules }: ReadAgency): readonly Finding[] {
  const former = new Map(policies.map((policy) => [policy.id, policy]));
  return (rules?.policies ?? []).flatMap((is) => {
    const was = former.get(is.id);
    if (was === undefined) return [];
    const words = [
      ...(was.basis === is.basis ? [] : [basisWords(was, is)]),
      ...(was.agreement === is.agreement
        ? []
        : [`names ${agreementWords(is.agreement)} instead of ${agreementWords(was.agreement)}`]),
    ];
    return words.map((one) => ({
      what: 'basis',
      severity: 'opening',
      agencies: [agency],
      message: `${is.id} ${one}`,
      places: [{ file: `subgraphs/${agency}/${is.file}`, line: is.line }],
    }));
  });
}

const agreementWords = (name: string | undefined): string =>
  name === undefined ? 'no agreement' : `the agreement ${name}`;
