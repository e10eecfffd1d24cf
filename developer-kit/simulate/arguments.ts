import { readCommandLine, requiredOption, UsageError } from '../../shared/cli/command-line';

export interface SimulateArguments {
  /** A branch or commit, or a directory. */
  readonly rulesFrom: string;
  /** Limits of the ledger entries to replay: `from` inclusive, `to` exclusive. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Children in the synthetic district. */
  readonly size: number;
  /** Whether to replay the trusted documents as demo callers even if there is a ledger. */
  readonly documents: boolean;
  readonly json: boolean;
}

const DEFAULT_SIZE = 200;
const [SMALLEST, LARGEST] = [7, 20_000];

export const USAGE = `Usage: npm run simulate -- --rules-from <branch or directory> [options]

  --rules-from  a branch or commit, or a directory with the changed rules: subgraphs/ or its parent
  --from, --to  which ledger entries to replay: 2026-05-01, or 2026-05-01T08:00:00+08:00
  --documents   replays the trusted documents as demo callers even if there is a ledger
  --size        children in the synthetic district, ${SMALLEST} to ${LARGEST} (${DEFAULT_SIZE})
  --json        prints JSON for programs`;

const OPTIONS = {
  'rules-from': { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  size: { type: 'string', default: String(DEFAULT_SIZE) },
  documents: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export function simulateArguments(options: readonly string[]): SimulateArguments {
  const { values } = readCommandLine(USAGE, options, { options: OPTIONS });
  const rulesFrom = requiredOption(USAGE, 'rules-from', values['rules-from']);
  const size = Number(values.size);
  if (!Number.isInteger(size) || size < SMALLEST || size > LARGEST) {
    throw new UsageError(`--size must be a whole number from ${SMALLEST} to ${LARGEST}.`, USAGE);
  }
  return {
    rulesFrom,
    from: instant('from', values.from),
    to: instant('to', values.to),
    size,
    documents: values.documents,
    json: values.json,
  };
}

// Private:

function instant(option: string, written: string | undefined): Date | undefined {
  if (written === undefined) return undefined;
  const date = new Date(written);
  if (Number.isNaN(date.getTime())) throw new UsageError(`--${option} must be a date or an instant, ISO 8601.`, USAGE);
  return date;
}
