/** Limits for tests, in which a few callers send many requests quickly. */
export const UNHURRIED = {
  CALLER_REQUESTS_PER_MINUTE: '1000000',
  CALLER_COST_PER_MINUTE: '1000000000',
  CALLER_NEW_TEXTS_PER_MINUTE: '1000000',
  ADDRESS_REFUSALS_PER_MINUTE: '1000000',
  CALLER_LOOKUPS_PER_MINUTE: '1000000',
  CALLER_LOOKUPS_PER_DAY: '1000000000',
  CALLER_MISSED_LOOKUPS_PER_MINUTE: '1000000',
  CALLER_MISSED_LOOKUPS_PER_DAY: '1000000000',
} as const;

/** Deadline of agencies and the ledger in tests that are not about deadlines: the longest possible. */
export const PATIENT_MILLISECONDS = 60_000;
