import type { AgeBand } from './schema.types';

/** The band that an age falls into; null for adults. */
export function ageBand(age: number): AgeBand | null {
  if (age < 6) return 'UNDER_6';
  if (age < 12) return 'FROM_6_TO_11';
  if (age < 14) return 'FROM_12_TO_13';
  if (age < 16) return 'FROM_14_TO_15';
  return age < 18 ? 'FROM_16_TO_17' : null;
}
