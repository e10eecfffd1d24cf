import { isAgency } from '../../../../shared/agencies';
import type { CompositionRemark } from '../../../composition';
import { placesOf } from '../definitions';
import type { Finding } from '../finding';
import type { Rule } from './rule';

/** The agencies' schemas fit together, with whatever composition has to hint at. */
export const composes: Rule = ({ after }) => [
  ...(after.composition?.errors ?? []).map((remark) => findingOf('composition', 'error', remark)),
  ...(after.composition?.hints ?? []).map((remark) => findingOf('hint', 'note', remark)),
];

// Private:

function findingOf(
  what: string,
  severity: Finding['severity'],
  { message, agencies, nodes }: CompositionRemark,
): Finding {
  const words = readable(message);
  const named = agencies.length === 0 || words.includes(agencies[0] ?? '') ? '' : `${agencies.join(', ')}: `;
  return {
    what,
    severity,
    agencies: agencies.filter(isAgency),
    message: `${named}${words}`,
    places: placesOf(...nodes),
  };
}

/** Without the agency that composition begins with in brackets, and on one line. */
function readable(message: string): string {
  return message
    .replace(/^\[[^\]]*\] /, '')
    .replace(/\s+/g, ' ')
    .trim();
}
