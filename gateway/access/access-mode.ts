/**
 * What becomes of an operation that asks for what its caller is refused. `filter`: the rest of it is answered. `reject`:
 * nothing is, as soon as one field is denied. `dry-run`: nothing is taken out before planning and the answer tells what
 * would have been; the agencies still decide about every record, so that nothing is opened by it.
 */
export const ACCESS_MODES = ['filter', 'reject', 'dry-run'] as const;

export type AccessMode = (typeof ACCESS_MODES)[number];
