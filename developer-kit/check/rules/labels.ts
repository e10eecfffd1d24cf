import { labelFaults } from '../../../shared/access/label-faults';
import { placesOf } from '../definitions';
import type { Rule } from './rule';

/** Labels are there, are the catalogue's, can be kept, and keys carry nothing but the pseudonym. */
export const labels: Rule = ({ after }) =>
  [...after.agencies.values()].flatMap(({ agency, schema, catalogue }) =>
    schema === undefined || catalogue === undefined
      ? []
      : labelFaults(schema, catalogue).map(
          ({ message, node }) =>
            ({ what: 'label', severity: 'error', agencies: [agency], message, places: placesOf(node) }) as const,
        ),
  );
