/**
 * How to treat an operation that asks for fields its caller is refused. `filter` answers the rest. `reject` answers
 * nothing if any field is denied. `dry-run` removes nothing before planning and reports what would have been removed;
 * agencies still decide about every record, so that it opens nothing.
 */
export const ACCESS_MODES = ['filter', 'reject', 'dry-run'] as const;

export type AccessMode = (typeof ACCESS_MODES)[number];
