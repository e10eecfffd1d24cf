/** Settings for tests, which ask as the same few callers, much faster than people do. */
export const UNHURRIED = {
  CALLER_REQUESTS_PER_MINUTE: '1000000',
  CALLER_COST_PER_MINUTE: '1000000000',
  CALLER_NEW_TEXTS_PER_MINUTE: '1000000',
  ADDRESS_REFUSALS_PER_MINUTE: '1000000',
} as const;
