import type { ResourceAttributes } from '../../../shared/access/compile';
import type { Expression, Value } from '../../../shared/access/expression';
import type { Policy } from '../../../shared/access/policies';
import { resourceAttributesIn } from '../../../shared/access/resource-attributes';
import { attributeType } from '../../../shared/access/rule-vocabulary';
import type { Agency } from '../../../shared/domain/agencies';
import { regionsAbove } from '../../../shared/domain/regions';
import { THIS } from '../../access-matrix/sample-requests';
import { beside } from './caller-regions';
import { literalsAbout } from './literals';

/** The caller, to whom a record is their own agency's, or in their region. */
export interface Asker {
  readonly agency: Agency;
  readonly region: string;
}

/** A dimension of records that rules distinguish, with all values that matter. */
export interface Dimension {
  readonly attribute: string;
  /** The ordinary value first. */
  readonly values: readonly DimensionValue[];
}

export interface DimensionValue {
  /** In words: `their own agency`. */
  readonly name: string;
  readonly value: (caller: Asker) => Value | undefined;
}

/** A kind of record: a value of each dimension. */
export type RecordKind = readonly DimensionValue[];

/** The dimensions of records that a set of rules distinguishes. */
export function dimensionsOf(
  policies: readonly Policy[],
  attributes: Readonly<Record<string, string>>,
): readonly Dimension[] {
  const conditions = policies.map(({ condition }) => condition);
  const looked = new Set(conditions.flatMap(resourceAttributesIn));
  return [
    { attribute: 'region', values: valuesOf('region', { region: 'Region' }, conditions) },
    ...[...looked]
      .filter((name) => name !== 'region' && name !== 'mutation')
      .map((name) => ({ attribute: name, values: valuesOf(name, attributes, conditions) })),
  ];
}

export const combinationsOf = (dimensions: readonly Dimension[]): number =>
  dimensions.reduce((product, { values }) => product * values.length, 1);

/**
 * All kinds of record. If there are too many, the ordinary one with up to two deviations, because rules test most
 * attributes separately.
 */
export function recordKinds(dimensions: readonly Dimension[]): readonly RecordKind[] {
  if (combinationsOf(dimensions) <= MOST_KINDS) {
    return dimensions.reduce<readonly RecordKind[]>(
      (kinds, { values }) => kinds.flatMap((kind) => values.map((value) => [...kind, value])),
      [[]],
    );
  }
  return kindsNearOrdinary(dimensions, 2);
}

/** The ordinary kind of record, and those with at most one or two deviations from it. */
export function kindsNearOrdinary(dimensions: readonly Dimension[], most: 1 | 2): readonly RecordKind[] {
  const ordinary = dimensions.map(({ values }) => values[0] as DimensionValue);
  const otherwise = dimensions.flatMap(({ values }, index) => values.slice(1).map((value) => ({ index, value })));
  const changed = (changes: readonly { readonly index: number; readonly value: DimensionValue }[]): RecordKind =>
    ordinary.map((value, index) => changes.find((change) => change.index === index)?.value ?? value);
  const near = [ordinary, ...otherwise.map((one) => changed([one]))];
  if (most === 1) return near;
  const pairs = otherwise.flatMap((one, at) =>
    otherwise
      .slice(at + 1)
      .filter(({ index }) => index !== one.index)
      .map((other) => changed([one, other])),
  );
  return [...near, ...pairs];
}

export function resourceOf(dimensions: readonly Dimension[], kind: RecordKind, caller: Asker): ResourceAttributes {
  return {
    region: caller.region,
    ...Object.fromEntries(dimensions.map(({ attribute }, index) => [attribute, kind[index]?.value(caller)])),
  };
}

/** Regions of records, relative to the caller's. */
export const REGIONS: readonly DimensionValue[] = [
  { name: 'in their region', value: ({ region }) => region },
  { name: 'beyond their region', value: ({ region }) => beside(region) },
  { name: 'around their region', value: ({ region }) => regionsAbove(region).at(-1) ?? region },
];

// Private:

/** As many as can be compared in a second or two for all callers. */
const MOST_KINDS = 250;

function valuesOf(
  name: string,
  attributes: Readonly<Record<string, string>>,
  conditions: readonly Expression[],
): readonly DimensionValue[] {
  const type = attributeType(attributes, name) ?? 'String';
  const literals = new Set(conditions.flatMap((condition) => literalsAbout(name, condition)));
  const missing: readonly DimensionValue[] =
    `${name}?` in attributes ? [{ name: 'missing', value: () => undefined }] : [];
  return [...presentValues(type, [...literals]), ...missing];
}

function presentValues(type: string, literals: readonly Value[]): readonly DimensionValue[] {
  const texts = literals.filter((value) => typeof value === 'string');
  switch (type) {
    case 'Bool':
      return [fixed('true', true), fixed('false', false)];
    case 'Long': {
      const numbers = literals.flatMap((value) => (typeof value === 'number' ? [value - 1, value, value + 1] : []));
      return [...new Set(numbers.length === 0 ? [0] : numbers)].map((number) => fixed(String(number), number));
    }
    case 'Agency':
      return [
        { name: 'their own agency', value: ({ agency }) => agency },
        { name: 'another agency', value: () => ANOTHER },
        ...texts.map((agency) => fixed(`"${agency}"`, agency)),
      ];
    case 'Region':
      return [...REGIONS, ...texts.map((region) => fixed(`in ${region}`, region))];
    case 'Set<Agency>':
      return [
        { name: 'one with their own agency', value: ({ agency }) => [agency] },
        { name: 'one without it', value: () => [] },
        ...texts.map((agency) => fixed(`one with "${agency}" alone`, [agency])),
      ];
    case 'Set<String>':
      return [
        fixed('one with this', [THIS]),
        fixed('empty', []),
        ...texts.map((text) => fixed(`one with "${text}" alone`, [text])),
      ];
    default:
      return [fixed('given', THIS), ...texts.map((text) => fixed(`"${text}"`, text))];
  }
}

/** An agency that no caller belongs to. */
const ANOTHER = 'another-agency';

const fixed = (name: string, value: Value): DimensionValue => ({ name, value: () => value });
