const FIELDS = [
  'risk { level }',
  'riskHistory { basis }',
  'identity { fullName }',
  'policeIncidents { type }',
  'enrolment { school }',
  'bullyingReports { role }',
  'victimSupport { needs }',
] as const;

/**
 * A child's record of 500 fields in 50 fragments of ten, some of them nested. @param alias prefix of all aliases, for a
 * distinct text.
 */
export function fiftyFragments(alias: string): string {
  const numbers = Array.from({ length: 50 }, (_, number) => number);
  const fragments = numbers.map((number) => {
    const field = (index: number) => `${alias}_${number}_${index}: ${FIELDS[(number + index) % FIELDS.length]}`;
    return `fragment F${number} on Child { ${[0, 1, 2, 3, 4].map(field).join(' ')} }`;
  });
  return `{ child(id: "x") { ${numbers.map((number) => `...F${number}`).join(' ')} } }\n${fragments.join('\n')}`;
}

/** Nested fragments, each spread twice by the one above: expanded, `2 ** levels` times the last one. */
export function nestedFragments(levels: number): string {
  const fragments = Array.from(
    { length: levels },
    (_, level) => `fragment F${level} on Child { ...F${level + 1} ... @include(if: true) { ...F${level + 1} } }`,
  );
  return `{ child(id: "x") { ...F0 } }\n${fragments.join('\n')}\nfragment F${levels} on Child { bullyingReports { role } risk { level } }`;
}
