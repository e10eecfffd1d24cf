import { parseArgs } from 'node:util';
import { AGENCIES, type Agency, isAgency } from '../../shared/domain/agencies';

/** What `npm run dev` is asked for. */
export interface DevArguments {
  readonly agency: Agency;
  /** Instead of DATA_DIR. */
  readonly dataDirectory: string | undefined;
  readonly graphiqlPort: number;
}

const DEFAULT_GRAPHIQL_PORT = 4010;

const USAGE = `Usage: npm run dev -- <agency> [--data <directory>] [--graphiql-port <port>], where <agency> is one of
  ${AGENCIES.join('\n  ')}`;

/** @throws with what is wrong, and what is allowed. */
export function devArguments(given: readonly string[]): DevArguments {
  const { positionals, values } = parsed(given);
  const [agency = '', ...others] = positionals;
  const { data, 'graphiql-port': port = String(DEFAULT_GRAPHIQL_PORT) } = values;
  if (others.length > 0) throw new Error(`One agency at a time.\n${USAGE}`);
  if (!isAgency(agency)) throw new Error(agency === '' ? USAGE : `There is no agency "${agency}".\n${USAGE}`);
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new Error(`--graphiql-port must be a whole number from 1 to 65535.\n${USAGE}`);
  }
  return { agency, dataDirectory: data, graphiqlPort: Number(port) };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: { data: { type: 'string' }, 'graphiql-port': { type: 'string' } },
    });
  } catch (error) {
    // Node.js goes on with advice on dashes that nobody has asked for.
    const [what = ''] = (error as Error).message.split('. ');
    throw new Error(`${what}.\n${USAGE}`);
  }
}
