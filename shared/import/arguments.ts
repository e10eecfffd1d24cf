import { readCommandLine, UsageError } from '../cli/command-line';
import { type Encoding, encodingNamed } from './file/encoding';

interface Common {
  readonly agency: string;
}

/** The command line of `npm run import`. */
export type Arguments =
  | (Common & {
      readonly work: 'import';
      readonly file: string;
      /** Undefined to find it by the file's name. */
      readonly kind: string | undefined;
      readonly dryRun: boolean;
      readonly encoding: Encoding | undefined;
      readonly sheet: string | undefined;
      /** Whether to import hidden sheets, rows and columns. */
      readonly hidden: boolean;
      readonly ignored: readonly string[];
      readonly operator: string | undefined;
      readonly batchRows: number;
    })
  | (Common & {
      readonly work: 'template';
      readonly kind: string;
      /** Undefined for standard output. */
      readonly out: string | undefined;
    });

export const USAGE = [
  'Usage:',
  '  npm run -s import -- <agency> <file.csv|file.xlsx> [--kind KIND] [--dry-run] [--encoding utf-8|gbk]',
  '      [--sheet NAME] [--hidden] [--ignore HEADER]... [--operator NAME] [--batch ROWS]',
  '  npm run -s import -- <agency> --template KIND [--out FILE.csv|FILE.xlsx]',
].join('\n');

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const OPTIONS = {
  kind: text,
  'dry-run': flag,
  encoding: text,
  sheet: text,
  hidden: flag,
  ignore: { type: 'string', multiple: true },
  operator: text,
  batch: text,
  template: text,
  out: text,
} as const;

const DEFAULT_BATCH = 2_000;
const LARGEST_BATCH = 20_000;

/** @throws UsageError, or ImportRefused for an unknown encoding. */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = readCommandLine(USAGE, words, { allowPositionals: true, options: OPTIONS });
  const [agency, file, ...others] = positionals;
  if (agency === undefined) throw new UsageError('Name an agency.', USAGE);
  if (others.length > 0) throw new UsageError('Import one file at a time.', USAGE);
  const { template, out, ...ofImport } = values;
  if (template !== undefined) {
    if (file !== undefined) throw new UsageError('--template takes no file.', USAGE);
    const [other] = Object.keys(ofImport);
    if (other !== undefined) throw new UsageError(`--template and --${other} exclude each other.`, USAGE);
    return { work: 'template', agency, kind: template, out };
  }
  if (file === undefined) throw new UsageError('Name a file.', USAGE);
  if (out !== undefined) throw new UsageError('--out requires --template.', USAGE);
  const { kind, encoding, sheet, ignore = [], operator, batch } = ofImport;
  return {
    work: 'import',
    agency,
    file,
    kind,
    dryRun: ofImport['dry-run'] ?? false,
    encoding: encoding === undefined ? undefined : encodingNamed(encoding),
    sheet,
    hidden: ofImport.hidden ?? false,
    ignored: ignore,
    operator: operator?.trim() || undefined,
    batchRows: batch === undefined ? DEFAULT_BATCH : batchRows(batch),
  };
}

// Private:

function batchRows(text: string): number {
  const rows = Number(text);
  if (/^\d+$/.test(text) && rows >= 1 && rows <= LARGEST_BATCH) return rows;
  throw new UsageError(`--batch must be a whole number from 1 to ${LARGEST_BATCH}.`, USAGE);
}
