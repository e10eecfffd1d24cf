import Negotiator from 'negotiator';

/** The media types of a GraphQL response: https://graphql.github.io/graphql-over-http/draft/#sec-Media-Types */
const RESPONSE_TYPES = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'] as const;

export type ResponseType = (typeof RESPONSE_TYPES)[number];

/** The default. Errors have it even for clients that accept neither type. */
export const DEFAULT_RESPONSE_TYPE: ResponseType = RESPONSE_TYPES[0];

/**
 * Returns the media type that a client prefers, `application/json` by default.
 *
 * @param accept the header Accept (RFC 9110, section 12.5.1), such as `application/graphql-response+json,
 *   application/json;q=0.9`.
 * @returns undefined if it accepts neither.
 */
export function responseType(accept: string | undefined): ResponseType | undefined {
  if (accept === undefined) return DEFAULT_RESPONSE_TYPE;
  const chosen = new Negotiator({ headers: { accept } }).mediaType([...RESPONSE_TYPES]);
  return RESPONSE_TYPES.find((type) => type === chosen);
}
