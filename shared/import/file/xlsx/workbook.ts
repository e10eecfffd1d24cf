import { posix } from 'node:path';
import { ImportRefused } from '../../refused';
import { type Archive, damaged } from './archive';
import { readAllElements } from './elements';
import type { Calendar } from './stored-date';

const LIMITS = { bytes: 16e6 };
const WORKBOOK = 'xl/workbook.xml';

/** One sheet of a workbook. */
export interface Sheet {
  readonly name: string;
  /** Also true for `veryHidden`, which only a program can undo. */
  readonly hidden: boolean;
}

/** Paths of the parts that a sheet needs. */
export interface SheetParts {
  readonly chosen: Sheet;
  /** All other sheets. */
  readonly others: readonly Sheet[];
  readonly sheet: string;
  readonly sharedStrings: string | undefined;
  readonly styles: string | undefined;
  readonly calendar: Calendar;
}

export interface SheetChoice {
  /** The sheet to read; the first visible one by default. */
  readonly sheet?: string | undefined;
  /** Whether to read hidden sheets, rows and columns. */
  readonly hidden?: boolean | undefined;
}

/** @throws {ImportRefused} for a missing or hidden sheet. */
export async function findSheet(archive: Archive, choice: SheetChoice): Promise<SheetParts> {
  if (!archive.has(WORKBOOK)) throw damaged('it is an archive without a workbook');
  const sheets: (Sheet & { readonly relation: string })[] = [];
  let calendar: Calendar = 1900;
  await readAllElements(archive.text(WORKBOOK, LIMITS), {
    opened(name, attributes) {
      const { name: called = '', state = 'visible' } = attributes;
      if (name === 'sheet') {
        sheets.push({ name: called, hidden: state !== 'visible', relation: relationOf(attributes) });
      }
      if (name === 'workbookPr' && ['1', 'true'].includes(attributes.date1904 ?? '')) calendar = 1904;
    },
  });
  const targets = new Map<string, string>();
  const byType = new Map<string, string>();
  await readAllElements(archive.text('xl/_rels/workbook.xml.rels', LIMITS), {
    opened(name, { Id = '', Target = '', Type = '' }) {
      if (name !== 'Relationship') return;
      const path = Target.startsWith('/') ? Target.slice(1) : posix.join('xl', Target);
      targets.set(Id, path);
      byType.set(Type.slice(Type.lastIndexOf('/') + 1), path);
    },
  });
  const chosen = choose(sheets, choice);
  const sheet = targets.get(chosen.relation);
  if (sheet === undefined) throw damaged('its sheet is missing');
  return {
    chosen,
    others: sheets.filter((other) => other !== chosen),
    sheet,
    sharedStrings: byType.get('sharedStrings'),
    styles: byType.get('styles'),
    calendar,
  };
}

// Private:

function choose<Known extends Sheet>(sheets: readonly Known[], { sheet, hidden: taken }: SheetChoice): Known {
  const found =
    sheet === undefined
      ? (sheets.find(({ hidden }) => !hidden) ?? sheets[0])
      : sheets.find(({ name }) => name === sheet);
  if (found === undefined) {
    throw new ImportRefused(
      `The workbook has no sheet of that name; it has ${sheets.map(({ name }) => name).join(', ')}.`,
    );
  }
  if (found.hidden && taken !== true) {
    throw new ImportRefused(`The sheet ${found.name} is hidden. Show it, or add --hidden to import it.`);
  }
  return found;
}

/** Finds `r:id`, under any prefix for the namespace of relationships. */
function relationOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
}
