import { posix } from 'node:path';
import { ImportRefused } from '../../refused';
import { type Archive, damaged } from './archive';
import { readAllElements } from './elements';

const LIMITS = { bytes: 16e6 };
const WORKBOOK = 'xl/workbook.xml';

/** Where the parts of a workbook are that a sheet needs. */
export interface SheetParts {
  readonly sheet: string;
  readonly sharedStrings: string | undefined;
  readonly styles: string | undefined;
  readonly calendar: 1900 | 1904;
}

/**
 * @param sheetName the first sheet where nothing is given.
 * @throws {ImportRefused} where there is no such sheet.
 */
export async function findSheet(archive: Archive, sheetName: string | undefined): Promise<SheetParts> {
  if (!archive.has(WORKBOOK)) throw damaged('it is an archive, and holds no workbook');
  const sheets: { readonly name: string; readonly relation: string }[] = [];
  let calendar: SheetParts['calendar'] = 1900;
  await readAllElements(archive.text(WORKBOOK, LIMITS), {
    opened(name, attributes) {
      if (name === 'sheet') sheets.push({ name: attributes.name ?? '', relation: relationOf(attributes) });
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
  const found = sheetName === undefined ? sheets[0] : sheets.find(({ name }) => name === sheetName);
  if (found === undefined) {
    throw new ImportRefused(
      `The workbook has no sheet of that name; it has ${sheets.map(({ name }) => name).join(', ')}.`,
    );
  }
  const sheet = targets.get(found.relation);
  if (sheet === undefined) throw damaged('its sheet is missing');
  return { sheet, sharedStrings: byType.get('sharedStrings'), styles: byType.get('styles'), calendar };
}

// Private:

/** `r:id`, whatever stands for the namespace of relations. */
function relationOf(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1] ?? '';
}
