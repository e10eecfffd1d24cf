import { AGENCY_CHOICES, oneAgency } from '../../shared/cli/agency-argument';
import { readCommandLine, UsageError } from '../../shared/cli/command-line';
import type { Agency } from '../../shared/domain/agencies';

/** The command line of `npm run dev`. */
export interface DevArguments {
  readonly agency: Agency;
  /** Replaces DATA_DIR. */
  readonly dataDirectory: string | undefined;
  readonly graphiqlPort: number;
}

const DEFAULT_GRAPHIQL_PORT = 4010;

export const USAGE = `Usage: npm run dev -- <agency> [--data <directory>] [--graphiql-port <port>], ${AGENCY_CHOICES}`;

/** @throws UsageError */
export function devArguments(given: readonly string[]): DevArguments {
  const { positionals, values } = readCommandLine(USAGE, given, {
    allowPositionals: true,
    options: { data: { type: 'string' }, 'graphiql-port': { type: 'string' } },
  });
  const agency = oneAgency(USAGE, positionals);
  const { data, 'graphiql-port': port = String(DEFAULT_GRAPHIQL_PORT) } = values;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new UsageError('--graphiql-port must be a whole number from 1 to 65535.', USAGE);
  }
  return { agency, dataDirectory: data, graphiqlPort: Number(port) };
}
