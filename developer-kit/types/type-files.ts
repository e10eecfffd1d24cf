/** What an agency's schema declares. Imports nothing of the agency, so that its rows can be made of it. */
export const SCHEMA_TYPES = 'schema.types.ts';

/** What an agency's resolvers must fit. */
export const RESOLVER_TYPES = 'resolvers.types.ts';
