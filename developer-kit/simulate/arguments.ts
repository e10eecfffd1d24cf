import { parseArgs } from 'node:util';

export interface SimulateArguments {
  /** A branch or commit, or a directory. */
  readonly rulesFrom: string;
  /** Of the ledger's entries: from this instant on, up to and without that one. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Children in the synthetic district. */
  readonly size: number;
  /** Whether the trusted documents are replayed by demo callers, though there is a ledger. */
  readonly documents: boolean;
  readonly json: boolean;
}

const DEFAULT_SIZE = 200;
const [SMALLEST, LARGEST] = [5, 20_000];

export const USAGE = `Usage: npm run simulate -- --rules-from <branch or directory> [options]

  --rules-from  a branch or commit, or a directory that holds subgraphs/ or is one
  --from, --to  which of the ledger's entries: 2026-05-01, or 2026-05-01T08:00:00+08:00
  --documents   the trusted documents by demo callers, though there is a ledger
  --size        children in the synthetic district, ${SMALLEST} to ${LARGEST} (${DEFAULT_SIZE})
  --json        for programs`;

/** @throws with what is wrong, and what is allowed. */
export function simulateArguments(options: readonly string[]): SimulateArguments {
  const values = parsed(options);
  if (values['rules-from'] === undefined) throw new Error(`--rules-from is missing.\n\n${USAGE}`);
  const size = Number(values.size);
  if (!Number.isInteger(size) || size < SMALLEST || size > LARGEST) {
    throw new Error(`--size must be a whole number from ${SMALLEST} to ${LARGEST}.`);
  }
  return {
    rulesFrom: values['rules-from'],
    from: instant('from', values.from),
    to: instant('to', values.to),
    size,
    documents: values.documents,
    json: values.json,
  };
}

// Private:

function parsed(options: readonly string[]) {
  try {
    return parseArgs({
      args: [...options],
      options: {
        'rules-from': { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        size: { type: 'string', default: String(DEFAULT_SIZE) },
        documents: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function instant(option: string, written: string | undefined): Date | undefined {
  if (written === undefined) return undefined;
  const date = new Date(written);
  if (Number.isNaN(date.getTime())) throw new Error(`--${option} must be a date or an instant, ISO 8601.`);
  return date;
}
