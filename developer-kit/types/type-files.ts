/** The types of an agency's schema. The file imports nothing from the agency, so its rows can use them. */
export const SCHEMA_TYPES = 'schema.types.ts';

/** The type of an agency's resolvers. */
export const RESOLVER_TYPES = 'resolvers.types.ts';
