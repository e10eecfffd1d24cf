import { type Coordinate, classesOf, type Requirement } from '../../../shared/access/labels';
import { isSpokenOf, SPOKEN_STATINGS } from '../access/case-answers';
import { fieldsIn, listed, wordsOf } from '../access/describe';
import { labelledAt } from '../access/labelled-at';
import {
  CASE_REGIONS,
  type ComposedRequirement,
  type NarrowerAnswer,
  narrowerAnswers,
} from '../access/narrower-answers';
import { ownRequirements } from '../access/own-requirements';
import { asProducts } from '../access/products';
import { sampleRequests } from '../access/sample-request';
import type { Finding, Place } from '../finding';
import type { ReadAgency } from '../read-agency';
import type { Rule } from './rule';

/**
 * A composed field must answer what its owner's cases state, although composition adds the labels that other agencies give to
 * the same field or type. A field without a label of its owner answers everybody.
 */
export const composedCases: Rule = ({ after }) => {
  const { graph } = after;
  if (graph === undefined) return [];
  const agencies = [...after.agencies.values()];
  const askings = sampleRequests(agencies.map(({ agency }) => agency)).filter(isSpokenOf);
  return agencies.flatMap((owner) => {
    if (owner.schema === undefined || owner.cases === undefined) return [];
    const groups = new Map<string, { readonly requirement: ComposedRequirement; readonly fields: Coordinate[] }>();
    for (const [field, own] of ownRequirements(owner.schema)) {
      const composed = graph.requirements.get(field) ?? [];
      // Cases speak of answers; whether a mutation is refused is compared with the base.
      if (field.startsWith('Mutation.') || isSame(own, composed)) continue;
      const requirement = { own, composed, maskable: graph.masked.has(field), owner };
      const key = JSON.stringify([own, composed, requirement.maskable]);
      const group = groups.get(key) ?? { requirement, fields: [] };
      groups.set(key, group);
      group.fields.push(field);
    }
    const findings = [...groups.values()].flatMap(({ requirement, fields }) =>
      narrowerAnswers(requirement, askings, graph, agencies).flatMap((answer) =>
        findingsOf(fields, requirement, answer, agencies),
      ),
    );
    return merged(findings);
  });
};

// Private:

function isSame(own: Requirement, composed: Requirement): boolean {
  const [a, b] = [own, composed].map((some) => new Set(some.map((sets) => JSON.stringify(sets))));
  return a?.size === b?.size && [...(a ?? [])].every((sets) => b?.has(sets));
}

/** A finding without its fields. */
interface Told extends Omit<Finding, 'message'> {
  readonly fields: readonly Coordinate[];
  readonly rest: string;
}

function findingsOf(
  fields: readonly Coordinate[],
  { own, composed, owner }: ComposedRequirement,
  { stated, given, tuples }: NarrowerAnswer,
  agencies: readonly ReadAgency[],
): readonly Told[] {
  const added = classesOf(composed).filter((name) => !classesOf(own).includes(name));
  const labels = fields.flatMap((field) => labelledAt(field, added, agencies));
  const others = [...new Set(labels.map(({ agency }) => agency))].filter((agency) => agency !== owner.agency);
  const ownCases = classesOf(own).flatMap((name) =>
    owner.cases?.entries.has(name) ? [owner.cases.placeOf(name)] : [],
  );
  const universe = { agencies: agencies.map(({ agency }) => agency), statings: SPOKEN_STATINGS };
  return asProducts(tuples).map((product) => {
    const { who, purposes, conditions } = wordsOf(product, [{ attribute: 'region', values: CASE_REGIONS }], universe);
    const where = conditions.length === 0 ? '' : `, ${conditions.join(', ')}`;
    return {
      what: 'cases',
      severity: 'error',
      agencies: [owner.agency, ...others],
      fields,
      rest:
        `${who} for ${listed(purposes)}${where}: the composed field answers ${given} instead of ${stated}, ` +
        `because ${listed(others)} labels it ${listed(added)}`,
      places: distinct([...labels.flatMap(({ places }) => places), ...ownCases]),
    };
  });
}

/** Merges the same answers of several fields. */
function merged(all: readonly Told[]): readonly Finding[] {
  const groups = new Map<string, Told[]>();
  for (const one of all) groups.set(one.rest, [...(groups.get(one.rest) ?? []), one]);
  return [...groups].flatMap(([rest, alike]): readonly Finding[] => {
    const [first] = alike;
    if (first === undefined) return [];
    const { fields: _, rest: __, ...finding } = first;
    const message = `${fieldsIn(alike.flatMap(({ fields }) => fields))} — ${rest}`;
    return [{ ...finding, message, places: distinct(alike.flatMap(({ places }) => places)) }];
  });
}

const distinct = (places: readonly Place[]): readonly Place[] => [
  ...new Map(places.map((place) => [`${place.file}:${place.line}`, place])).values(),
];
