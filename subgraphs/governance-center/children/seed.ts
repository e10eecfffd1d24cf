import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import { REGIONS } from '../../../shared/synthetic/geography';
import { rosterRegion } from '../../../shared/synthetic/places';

export const regions = (): Rows => ({
  region: REGIONS.map(({ code, name, level }) => ({ code, name, level, valid_from: '2020-01-01' })),
});

export const childRows = (child: SyntheticChild, id: string): Rows => ({
  child: [{ child_id: id, region: rosterRegion(child), location_protected: child.locationProtection !== null }],
});
