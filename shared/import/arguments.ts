import { parseArgs } from 'node:util';
import { type Encoding, encodingNamed } from './file/encoding';
import { ImportRefused } from './refused';

interface Common {
  readonly agency: string;
}

/** What the command line asks for. */
export type Arguments =
  | (Common & {
      readonly work: 'import';
      readonly file: string;
      /** Undefined where the file's name tells. */
      readonly kind: string | undefined;
      readonly dryRun: boolean;
      readonly encoding: Encoding | undefined;
      readonly sheet: string | undefined;
      /** Whether what a person does not see is taken: sheets, rows and columns. */
      readonly hidden: boolean;
      readonly ignored: readonly string[];
      readonly operator: string | undefined;
      readonly batchRows: number;
    })
  | (Common & {
      readonly work: 'template';
      readonly kind: string;
      /** Standard output where nothing is given. */
      readonly out: string | undefined;
    });

export const USAGE = [
  'Usage:',
  '  npm run -s import -- <agency> <file.csv|file.xlsx> [--kind KIND] [--dry-run] [--encoding utf-8|gbk]',
  '      [--sheet NAME] [--hidden] [--ignore HEADER]... [--operator NAME] [--batch ROWS]',
  '  npm run -s import -- <agency> --template KIND [--out FILE.csv|FILE.xlsx]',
].join('\n');

const DEFAULT_BATCH = 2_000;
const LARGEST_BATCH = 20_000;

/** @throws {ImportRefused} where they are not such. */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parse(words);
  const [agency, file, ...others] = positionals;
  if (agency === undefined || others.length > 0) throw new ImportRefused(USAGE);
  const { template, out, ...ofImport } = values;
  if (template !== undefined) {
    if (file !== undefined || Object.keys(ofImport).length > 0) throw new ImportRefused(USAGE);
    return { work: 'template', agency, kind: template, out };
  }
  if (file === undefined || out !== undefined) throw new ImportRefused(USAGE);
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

function parse(words: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        kind: text,
        'dry-run': { type: 'boolean' },
        encoding: text,
        sheet: text,
        hidden: { type: 'boolean' },
        ignore: { type: 'string', multiple: true },
        operator: text,
        batch: text,
        template: text,
        out: text,
      },
    });
  } catch (error) {
    throw new ImportRefused(`${(error as Error).message}\n${USAGE}`);
  }
}

function batchRows(text: string): number {
  const rows = Number(text);
  if (/^\d+$/.test(text) && rows >= 1 && rows <= LARGEST_BATCH) return rows;
  throw new ImportRefused(`--batch must be a whole number from 1 to ${LARGEST_BATCH}.`);
}
