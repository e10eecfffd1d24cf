import { SHARING, type SharingAgreement, sharingIn } from '../../legal-basis/sharing';
import { listed } from '../access/describe';
import { agreementsIn } from '../agreements';
import type { Finding } from '../finding';
import type { ReadAgency } from '../read-agency';
import type { Reading } from '../reading';
import type { Rule } from './rule';

/** Reports agreements between agencies that are new, cover more than before, or say that somebody has signed them. */
export const agreementChanges: Rule = (reading) =>
  [...reading.after.agencies.values()].flatMap((read) => [
    ...sharingChanges(read, reading),
    ...flowChanges(read, reading),
  ]);

// Private:

const opening = ({ agency }: ReadAgency, message: string, file: string, line?: number): Finding => ({
  what: 'agreement',
  severity: 'opening',
  agencies: [agency],
  message,
  places: [{ file, line }],
});

function sharingChanges(read: ReadAgency, { changed }: Reading): readonly Finding[] {
  const path = `subgraphs/${read.agency}/${SHARING}`;
  const file = changed.find((one) => one.path === path);
  if (file === undefined || read.catalogue === undefined) return [];
  const agreementsOf = (text = '') =>
    sharingIn(text, path, read.catalogue as NonNullable<typeof read.catalogue>).agreements;
  const [former, now] = [agreementsOf(file.before), agreementsOf(file.after)];
  return [...(now ?? [])].flatMap(([name, is]) => {
    const words = widening(former?.get(name), is);
    return words === undefined ? [] : [opening(read, `the agreement ${name} ${words}`, path)];
  });
}

function widening(was: SharingAgreement | undefined, is: SharingAgreement): string | undefined {
  if (was === undefined) return `is new: ${listed([...is.classes])} for ${listed([...is.purposes])}`;
  const more = (['classes', 'purposes', 'parties'] as const).flatMap((key) =>
    (is[key] as readonly string[]).filter((one) => !(was[key] as readonly string[]).includes(one)),
  );
  const words = [
    ...(more.length === 0 ? [] : [`also covers ${listed(more)}`]),
    ...(was.state === is.state ? [] : [`is ${is.state} instead of ${was.state}`]),
  ];
  return words.length === 0 ? undefined : listed(words);
}

/** Agreements by which fields of another agency are sent to this one. */
function flowChanges(read: ReadAgency, { changed }: Reading): readonly Finding[] {
  const path = `subgraphs/${read.agency}/agreements.yaml`;
  const file = changed.find((one) => one.path === path);
  if (file === undefined) return [];
  const known = new Set(
    agreementsIn(file.before ?? '', path).agreements.flatMap(({ from, fields }) =>
      fields.map((field) => `${from} ${field}`),
    ),
  );
  return agreementsIn(file.after ?? '', path).agreements.flatMap(({ from, fields, purpose, line }) => {
    const more = fields.filter((field) => !known.has(`${from} ${field}`));
    if (more.length === 0) return [];
    return [opening(read, `${from} may send ${listed(more)} to ${read.agency}, for ${purpose}`, path, line)];
  });
}
