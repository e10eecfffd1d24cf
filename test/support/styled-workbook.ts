import { strToU8, zipSync } from 'fflate';

/** A cell as a workbook stores it, with the format that shows it. */
export interface StyledCell {
  /** As stored in the file. */
  readonly stored: string;
  /** `n` number, `inlineStr` text, `b` yes or no, `d` an ISO date. */
  readonly type?: 'n' | 'inlineStr' | 'b' | 'd';
  /** A number format; `General` by default. */
  readonly format?: string;
}

export interface StyledSheet {
  readonly name: string;
  readonly state?: 'visible' | 'hidden' | 'veryHidden';
  readonly rows: readonly (readonly (StyledCell | string | null)[])[];
  /** Counted from 0. */
  readonly hiddenRows?: readonly number[];
  readonly hiddenColumns?: readonly number[];
  /** Elements before the rows. */
  readonly before?: string;
  /** Elements at the end of the first row. */
  readonly afterFirstRow?: string;
}

/** A workbook with exact contents, which other libraries would not write, or would write differently. */
export function styledWorkbook(sheets: readonly StyledSheet[], { date1904 = false } = {}): Uint8Array {
  const formats = [...new Set(sheets.flatMap(({ rows }) => rows.flat().map((cell) => styled(cell).format)))];
  const parts: Record<string, string> = {
    'xl/workbook.xml': `<workbook xmlns:r="r"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${sheets
      .map(
        ({ name, state = 'visible' }, index) =>
          `<sheet name="${escaped(name)}" sheetId="${index + 1}" state="${state}" r:id="s${index}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="styles" Type="t/styles" Target="styles.xml"/>${sheets
      .map((_, index) => `<Relationship Id="s${index}" Type="t/worksheet" Target="worksheets/${index}.xml"/>`)
      .join('')}</Relationships>`,
    'xl/styles.xml': `<styleSheet><numFmts>${formats
      .map((format, index) => `<numFmt numFmtId="${200 + index}" formatCode="${escaped(format)}"/>`)
      .join(
        '',
      )}</numFmts><cellXfs>${formats.map((_, index) => `<xf numFmtId="${200 + index}"/>`).join('')}</cellXfs></styleSheet>`,
  };
  for (const [index, sheet] of sheets.entries()) parts[`xl/worksheets/${index}.xml`] = sheetOf(sheet, formats);
  return zipSync(Object.fromEntries(Object.entries(parts).map(([path, text]) => [path, strToU8(text)])));
}

// Private:

function styled(cell: StyledCell | string | null): Required<StyledCell> {
  const {
    stored,
    type = 'n',
    format = 'General',
  } = typeof cell === 'string' ? { stored: cell, type: 'inlineStr' as const } : (cell ?? { stored: '' });
  return { stored, type, format };
}

function sheetOf(
  { rows, hiddenRows = [], hiddenColumns = [], before = '', afterFirstRow = '' }: StyledSheet,
  formats: readonly string[],
): string {
  const columns = hiddenColumns.map((index) => `<col min="${index + 1}" max="${index + 1}" hidden="1"/>`).join('');
  const written = rows.map((cells, index) => {
    const hidden = hiddenRows.includes(index) ? ' hidden="1"' : '';
    const inRow = cells.map(styled).map(({ stored, type, format }) => {
      const value = type === 'inlineStr' ? `<is><t>${escaped(stored)}</t></is>` : `<v>${escaped(stored)}</v>`;
      return `<c t="${type}" s="${formats.indexOf(format)}">${stored === '' ? '' : value}</c>`;
    });
    return `<row r="${index + 1}"${hidden}>${inRow.join('')}${index === 0 ? afterFirstRow : ''}</row>`;
  });
  return `<worksheet>${before}${columns && `<cols>${columns}</cols>`}<sheetData>${written.join('')}</sheetData></worksheet>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
