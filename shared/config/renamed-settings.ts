/** Settings by their names of today, with the former name that the release after this one no longer accepts. */
export const RENAMED_SETTINGS: Readonly<Record<string, string>> = {
  REQUEST_DEADLINE_MILLISECONDS: 'REQUEST_DEADLINE_MS',
  AGENCY_BREAKER_MILLISECONDS: 'AGENCY_BREAKER_MS',
};

/** A setting that is set by its former name. */
export interface FormerName {
  readonly former: string;
  readonly name: string;
}
