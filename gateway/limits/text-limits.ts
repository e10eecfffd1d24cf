/** Largest request body in bytes. */
export const BODY_LIMIT_BYTES = 256 * 1024;

/** Highest number of tokens in one operation; the parser stops there. */
export const TOKEN_LIMIT = 10_000;
