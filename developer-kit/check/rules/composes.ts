import { isAgency } from '../../../shared/domain/agencies';
import type { CompositionRemark } from '../../compose/composition';
import { definedAt } from '../defined-at';
import { placesOf } from '../definitions';
import type { Finding } from '../finding';
import type { Reading } from '../reading';
import type { Rule } from './rule';

/** Agencies' schemas must compose; also reports hints of composition. */
export const composes: Rule = (reading) => [
  ...(reading.after.composition?.errors ?? []).map((remark) => findingOf('composition', 'error', remark, reading)),
  ...(reading.after.composition?.hints ?? []).map((remark) => findingOf('hint', 'note', remark, reading)),
];

// Private:

function findingOf(
  what: string,
  severity: Finding['severity'],
  { message, agencies, nodes }: CompositionRemark,
  reading: Reading,
): Finding {
  const words = readable(message);
  if (nodes.length === 0) {
    // Composition often names the field instead of a place.
    const [, coordinate = ''] = /"(\w+\.\w+)"/.exec(words) ?? [];
    return { what, severity, message: words, ...definedAt(reading, coordinate) };
  }
  const named = agencies.length === 0 || words.includes(agencies[0] ?? '') ? '' : `${agencies.join(', ')}: `;
  return {
    what,
    severity,
    agencies: agencies.filter(isAgency),
    message: `${named}${words}`,
    places: placesOf(...nodes),
  };
}

/** Removes the agency in brackets that composition begins with, and line breaks. */
function readable(message: string): string {
  return message
    .replace(/^\[[^\]]*\] /, '')
    .replace(/\s+/g, ' ')
    .trim();
}
