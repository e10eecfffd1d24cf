import type { RegionRow } from '../children/data';
import type { Context } from '../context';
import { present } from '../present';

const COUNTY_DIGITS = 6;

/** The county of a region, as everybody reads it who may know of the child. */
export const countyOf = async (region: string, { load }: Context): Promise<RegionRow> =>
  present(await load.region.load(region.slice(0, COUNTY_DIGITS)));

/** The town or village (未成年人保护法 art. 103); null for a region that names none, because the place is not known. */
export const placeOf = async (region: string, { load }: Context): Promise<RegionRow | null> =>
  region.length > COUNTY_DIGITS ? load.region.load(region) : null;

/** Whether a filter names a town or village, and finds rows by where they lie. */
export const namesPlace = ({ filter }: { readonly filter?: { readonly region?: string | null } | null }): boolean =>
  (filter?.region ?? '').length > COUNTY_DIGITS;
