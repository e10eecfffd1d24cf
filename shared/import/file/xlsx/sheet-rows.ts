import { ImportRefused } from '../../refused';
import type { Cell, StoredNumber, TableRow } from '../cell';
import { type Archive, damaged } from './archive';
import { cellFormat } from './cell-format';
import { readCellFormats } from './cell-formats';
import { readElements } from './elements';
import { withoutEscapes } from './escapes';
import { HiddenParts } from './hidden';
import { SharedStrings } from './shared-strings';
import { daysOf } from './stored-date';
import type { SheetParts } from './workbook';

/** Maximum size of one sheet, unpacked. */
const LIMITS = { bytes: 768e6 };
/**
 * Columns of a sheet at most; wider than any register. A cell far to the right must not create rows of thousands of
 * empty cells.
 */
const MOST_COLUMNS = 256;
/** Excel's own limit for a cell. */
const MOST_CHARACTERS = 32_767;

/**
 * Reads the rows of a sheet, with their numbers. Numbers and dates are read as displayed. A formula is not read: its
 * stored value may be outdated or missing.
 *
 * @param takeHidden includes hidden rows and columns; otherwise a sheet with content in them is refused.
 * @throws {ImportRefused} for a damaged workbook.
 */
export async function* sheetRows(archive: Archive, parts: SheetParts, takeHidden: boolean): AsyncGenerator<TableRow> {
  const strings = await SharedStrings.read(archive, parts.sharedStrings);
  const formats = await readCellFormats(archive, parts.styles, parts.calendar);
  const general = cellFormat('General', parts.calendar);
  const hidden = new HiddenParts();
  const done: TableRow[] = [];
  let line = 0;
  let hiddenRow = false;
  let cells: Cell[] = [];
  let column = -1;
  let type: string | undefined;
  let style = 0;
  let formula = false;
  let value: string | undefined;
  let reading = false;
  let phonetic = false;

  const append = (piece: string) => {
    if (!reading) return;
    value = (value ?? '') + piece;
    if (value.length > MOST_CHARACTERS) throw damaged(`a cell of row ${line} is longer than Excel allows`);
  };
  const cell = (): Cell => {
    if (formula) return { unreadable: 'formula' };
    if (value === undefined) return '';
    const format = formats[style] ?? general;
    switch (type) {
      case 's': {
        const text = strings.get(Number(value));
        if (text === undefined) throw damaged(`a cell of row ${line} refers to a missing text`);
        return shown(format.text(text), text);
      }
      case 'e':
        return { unreadable: 'error' };
      case 'b':
        return value === '1' ? 'TRUE' : 'FALSE';
      case 'str':
      case 'inlineStr':
        return shown(format.text(withoutEscapes(value)), value);
      case 'd': {
        const days = daysOf(value, parts.calendar);
        const date = days === undefined ? undefined : format.number(days);
        return date?.date === undefined ? value : date;
      }
      default: {
        const number = Number(value);
        if (value.trim() === '' || !Number.isFinite(number))
          throw damaged(`a cell of row ${line} does not contain a number`);
        return number === 0 && hidden.hidesZeros ? { unreadable: 'hidden' } : shown(format.number(number), value);
      }
    }
  };
  const place = (read: Cell) => {
    if (column >= MOST_COLUMNS) {
      // Formatted but empty.
      if (read === '') return;
      throw new ImportRefused(`Row ${line} of the sheet has more than ${MOST_COLUMNS} columns.`);
    }
    if (!takeHidden && (hiddenRow || hidden.column(column)) && (typeof read !== 'string' || read.trim() !== '')) {
      throw hiddenData(hiddenRow ? `Row ${line}` : `Column ${nameOf(column)}`);
    }
    while (cells.length < column) cells.push('');
    cells[column] = read;
  };

  const steps = readElements(archive.text(parts.sheet, LIMITS), {
    opened(name, attributes) {
      if (name === 'row') {
        line = attributes.r === undefined ? line + 1 : Number(attributes.r);
        if (!Number.isInteger(line)) throw damaged('a row has no number');
        hiddenRow = hidden.row(attributes);
        cells = [];
        column = -1;
      } else if (name === 'c') {
        column = attributes.r === undefined ? column + 1 : columnOf(attributes.r);
        type = attributes.t;
        style = Number(attributes.s ?? 0);
        formula = false;
        value = undefined;
      } else if (name === 'f') {
        formula = true;
      } else {
        hidden.opened(name, attributes);
      }
      if (name === 'rPh') phonetic = true;
      reading = name === 'v' || (name === 't' && !phonetic);
    },
    text: append,
    closed(name) {
      reading = false;
      if (name === 'rPh') phonetic = false;
      if (name === 'c') place(cell());
      if (name === 'row') done.push({ line, lastLine: line, cells });
    },
  });
  for await (const _ of steps) yield* done.splice(0);
}

// Private:

/** A cell with displayed content, or one that cannot be read. */
function shown(cell: string | StoredNumber, stored: string): Cell {
  const text = typeof cell === 'string' ? cell : cell.shown;
  return text === '' && stored !== '' ? { unreadable: 'hidden' } : cell;
}

function hiddenData(where: string): ImportRefused {
  return new ImportRefused(
    `${where} of the sheet has content but is hidden, perhaps by a filter. Show all rows and columns, or add --hidden to import them.`,
  );
}

/** `B12` -> 1 */
function columnOf(reference: string): number {
  let column = 0;
  for (const character of reference) {
    const digit = character.charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    column = column * 26 + digit;
  }
  if (column === 0) throw damaged('a cell has no valid reference');
  return column - 1;
}

/** 1 -> `B` */
function nameOf(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : nameOf(Math.floor(column / 26) - 1) + last;
}
