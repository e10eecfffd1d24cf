import type { Archive } from './archive';
import { BUILT_IN_FORMATS } from './built-in-formats';
import { type CellFormat, cellFormat } from './cell-format';
import { readAllElements } from './elements';
import type { Calendar } from './stored-date';

const LIMITS = { bytes: 32e6 };

/** @returns for each cell style, how it displays a stored value. */
export async function readCellFormats(
  archive: Archive,
  path: string | undefined,
  calendar: Calendar,
): Promise<readonly CellFormat[]> {
  if (path === undefined) return [];
  const codes = new Map<number, string>();
  const styles: number[] = [];
  let inCellStyles = false;
  await readAllElements(archive.text(path, LIMITS), {
    opened(name, { numFmtId, formatCode = '' }) {
      const id = Number(numFmtId ?? 0);
      if (name === 'numFmt') codes.set(id, formatCode);
      if (name === 'cellXfs') inCellStyles = true;
      if (name === 'xf' && inCellStyles) styles.push(id);
    },
    closed(name) {
      if (name === 'cellXfs') inCellStyles = false;
    },
  });
  const known = new Map<number, CellFormat>();
  return styles.map((id) => {
    const format = known.get(id) ?? cellFormat(codes.get(id) ?? BUILT_IN_FORMATS[id] ?? 'General', calendar);
    known.set(id, format);
    return format;
  });
}
