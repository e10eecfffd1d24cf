/** Renamed settings: the current name, and the former one, which the next release will no longer accept. */
export const RENAMED_SETTINGS: Readonly<Record<string, string>> = {
  REQUEST_DEADLINE_MILLISECONDS: 'REQUEST_DEADLINE_MS',
  AGENCY_BREAKER_MILLISECONDS: 'AGENCY_BREAKER_MS',
};

/** A setting that is set by its former name. */
export interface FormerName {
  readonly former: string;
  readonly name: string;
}
