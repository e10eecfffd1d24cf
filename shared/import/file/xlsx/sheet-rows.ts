import { ImportRefused } from '../../refused';
import type { Cell, TableRow } from '../cell';
import { Archive, damaged } from './archive';
import { dateOf, readDateStyles } from './date-styles';
import { readElements } from './elements';
import { SharedStrings } from './shared-strings';
import { findSheet } from './workbook';

/** Of one sheet, unpacked. */
const LIMITS = { bytes: 768e6 };
/** Wider than any register; a cell far to the right must not make rows of thousands of empty ones. */
const MOST_COLUMNS = 256;
/** What a workbook itself allows in a cell. */
const MOST_CHARACTERS = 32_767;

/**
 * The rows of a sheet, with their numbers. Dates are those that the workbook stores, of numbers there is also the writing
 * that stands in the file. A formula is not read: its value depends on cells that are not there, and what is stored beside it may be
 * old, or missing.
 *
 * @param descriptor an open file, which stays open.
 * @throws {ImportRefused} where it is no workbook, or a damaged one.
 */
export async function* sheetRows(descriptor: number, sheetName: string | undefined): AsyncGenerator<TableRow> {
  const archive = await Archive.open(descriptor);
  const parts = await findSheet(archive, sheetName);
  const strings = await SharedStrings.read(archive, parts.sharedStrings);
  const dates = await readDateStyles(archive, parts.styles);
  const done: TableRow[] = [];
  let line = 0;
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
    if (value.length > MOST_CHARACTERS) throw damaged(`a cell of row ${line} is longer than a cell can be`);
  };
  const cell = (): Cell => {
    if (formula) return { unreadable: 'formula' };
    if (value === undefined) return '';
    switch (type) {
      case 's': {
        const text = strings.get(Number(value));
        if (text === undefined) throw damaged(`a cell of row ${line} refers to a text that is not there`);
        return text;
      }
      case 'e':
        return { unreadable: 'error' };
      case 'b':
        return value === '1' ? '是' : '否';
      case 'str':
      case 'inlineStr':
        return value;
      case 'd':
        return value.replace(/T00:00(?::00(?:\.0+)?)?$/, '');
      default: {
        const number = Number(value);
        if (value.trim() === '' || !Number.isFinite(number)) throw damaged(`a cell of row ${line} holds no number`);
        return { value: number, written: value, date: dates[style] ? dateOf(number, parts.calendar) : undefined };
      }
    }
  };

  const steps = readElements(archive.text(parts.sheet, LIMITS), {
    opened(name, attributes) {
      if (name === 'row') {
        line = attributes.r === undefined ? line + 1 : Number(attributes.r);
        if (!Number.isInteger(line)) throw damaged('a row has no number');
        cells = [];
        column = -1;
      } else if (name === 'c') {
        column = attributes.r === undefined ? column + 1 : columnOf(attributes.r);
        if (!(column < MOST_COLUMNS)) {
          throw new ImportRefused(`Row ${line} of the sheet has more than ${MOST_COLUMNS} columns.`);
        }
        type = attributes.t;
        style = Number(attributes.s ?? 0);
        formula = false;
        value = undefined;
      } else if (name === 'f') {
        formula = true;
      }
      if (name === 'rPh') phonetic = true;
      reading = name === 'v' || (name === 't' && !phonetic);
    },
    text: append,
    closed(name) {
      reading = false;
      if (name === 'rPh') phonetic = false;
      if (name === 'c') {
        while (cells.length < column) cells.push('');
        cells[column] = cell();
      }
      if (name === 'row') done.push({ line, lastLine: line, cells });
    },
  });
  for await (const _ of steps) yield* done.splice(0);
}

// Private:

/** `B12` -> 1 */
function columnOf(reference: string): number {
  let column = 0;
  for (const character of reference) {
    const digit = character.charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    column = column * 26 + digit;
  }
  if (column === 0) throw damaged('a cell has no place');
  return column - 1;
}
