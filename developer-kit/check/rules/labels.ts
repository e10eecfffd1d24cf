import { labelFaults } from '../../../shared/access/label-faults';
import { placesOf } from '../definitions';
import type { Rule } from './rule';

/** Labels must exist and be in the catalogue, refusals must be possible, and keys may contain only the pseudonym. */
export const labels: Rule = ({ after }) =>
  [...after.agencies.values()].flatMap(({ agency, schema, catalogue }) =>
    schema === undefined || catalogue === undefined
      ? []
      : labelFaults(schema, catalogue).map(
          ({ message, node }) =>
            ({ what: 'label', severity: 'error', agencies: [agency], message, places: placesOf(node) }) as const,
        ),
  );
