/** Thrown if the embedded PostgreSQL could not be prepared, started or stopped. For operators, not for callers. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly code = 'EMBEDDED_POSTGRES_FAILED';

  /**
   * @param message one sentence.
   * @param output what the failed program wrote; its last lines are appended.
   */
  constructor(message: string, output = '') {
    const lastLines = output.trim().split('\n').slice(-20).join('\n');
    super(lastLines === '' ? message : `${message}\n${lastLines}`);
  }
}

/** Advice if this machine cannot run the embedded PostgreSQL at all. */
export const BRING_YOUR_OWN_DATABASES =
  'Give each agency a PostgreSQL database of its own with DATABASE_URL_<AGENCY> instead.';
