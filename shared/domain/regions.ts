/** Administrative codes: 2 province, 4 city, 6 county, 9 town, 12 village digits (GB/T 2260, GB/T 10114). */
export const REGION_CODE = /^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/;

export const REGION_LEVELS = ['PROVINCE', 'CITY', 'COUNTY', 'TOWN', 'VILLAGE'] as const;

export type RegionLevel = (typeof REGION_LEVELS)[number];

const LEVEL_BY_LENGTH: Readonly<Record<number, RegionLevel>> = {
  2: 'PROVINCE',
  4: 'CITY',
  6: 'COUNTY',
  9: 'TOWN',
  12: 'VILLAGE',
};

/** The lengths of codes, the widest regions first. */
export const REGION_DIGITS: readonly number[] = Object.keys(LEVEL_BY_LENGTH).map(Number);

/** @returns undefined if the code has none of the five lengths. */
export function regionLevel(code: string): RegionLevel | undefined {
  return LEVEL_BY_LENGTH[code.length];
}

/** Whether `region` is `container` or inside it, by code prefix. */
export function isWithin(region: string, container: string): boolean {
  return REGION_CODE.test(container) && region.startsWith(container);
}

/** The regions that contain this one, the widest first: `['99', '9901', '990101']` of a town. */
export const regionsAbove = (region: string): readonly string[] =>
  REGION_DIGITS.filter((length) => length < region.length).map((length) => region.slice(0, length));
