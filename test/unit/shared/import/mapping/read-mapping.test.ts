import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../../../../shared/config/project-root';
import { connect } from '../../../../../shared/db/connect';
import { AGENCIES } from '../../../../../shared/domain/agencies';
import type { TableRow } from '../../../../../shared/import/file/cell';
import { TableFile } from '../../../../../shared/import/file/table-file';
import { readMapping } from '../../../../../shared/import/mapping/read-mapping';
import { readHeader } from '../../../../../shared/import/rows/header';
import { readRow } from '../../../../../shared/import/rows/read-row';
import { csvTemplate, workbookTemplate } from '../../../../../shared/import/template';
import { testDatabase } from '../../../../support/databases';
import { runImportCommand } from '../../../../support/import';
import { refusedLines } from '../../../../support/refused-lines';

const folder = mkdtempSync(join(tmpdir(), 'record-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (agency: string) => `${PROJECT}/subgraphs/${agency}/import.yaml`;
const mappings = AGENCIES.filter((agency) => existsSync(fileOf(agency))).map(
  (agency) => [agency, readMapping(readFileSync(fileOf(agency), 'utf8'), fileOf(agency))] as const,
);
const kinds = mappings.flatMap(([agency, { roster, kinds: ofAgency }]) =>
  Object.entries(ofAgency).map(([name, kind]) => ({ agency, roster, name, kind })),
);

async function rowsOf(path: string): Promise<TableRow[]> {
  const file = await TableFile.open(path);
  const rows: TableRow[] = [];
  for await (const row of file.rows()) rows.push(row);
  await file.close();
  return rows;
}

describe.each(kinds)('$agency imports $name', ({ agency, roster, name, kind }) => {
  test('into a table that has its columns, and sets every non-null column', async () => {
    const db = connect(testDatabase(agency).ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
    const columnsOf = async (table: string) =>
      (
        await db.raw(
          `select column_name as name, is_nullable = 'NO' and column_default is null and is_identity = 'NO'
             and is_generated = 'NEVER' as needed
           from information_schema.columns where table_schema = 'base' and table_name = ?`,
          [table],
        )
      ).rows as { readonly name: string; readonly needed: boolean }[];
    const [columns, ofRoster] = await Promise.all([columnsOf(kind.table), columnsOf(roster)]);
    await db.destroy();
    const needed = (some: typeof columns) => some.filter((column) => column.needed).map((column) => column.name);
    const stored = kind.columns.flatMap(({ to, required }) => (to === undefined ? [] : [{ to, required }]));
    expect(columns.map((column) => column.name)).toEqual(expect.arrayContaining(stored.map(({ to }) => to)));
    const given = [...stored.filter(({ required }) => required).map(({ to }) => to), 'child_id'];
    if (kind.table === roster) given.push('id_number');
    expect(given).toEqual(expect.arrayContaining(needed(columns)));
    const ofChild = kind.columns.flatMap(({ child }) => child ?? []);
    if (ofChild.length > 0)
      expect(['child_id', 'id_number', ...ofChild].toSorted()).toEqual(needed(ofRoster).toSorted());
  });

  test('from its templates, whose example row is a comment and valid', async () => {
    const [csv, workbook] = [join(folder, `${agency}-${name}.csv`), join(folder, `${agency}-${name}.xlsx`)];
    writeFileSync(csv, csvTemplate(kind));
    writeFileSync(workbook, await workbookTemplate(kind));
    for (const path of [csv, workbook]) {
      expect((await runImportCommand(testDatabase(agency), [agency, path, '--kind', name, '--dry-run'])).said).toMatch(
        /(?:^|\n)The file has a header but no rows\.$/,
      );
      const [first, second] = await rowsOf(path);
      const header = readHeader(first as TableRow, kind, { ignored: [], wholeRows: true });
      const cells = (second as TableRow).cells.map((cell) => String(cell).replace(/^'?#/, ''));
      expect(readRow({ line: 2, lastLine: 2, cells }, header, '2027-01-01')).toHaveProperty('row');
      expect(cells[0]).toMatch(/^99/);
    }
    // On the real tables: the row is understood, whatever the register has about the child.
    const [headers = '', example = ''] = csvTemplate(kind).split('\r\n');
    writeFileSync(csv, `${headers}\r\n${example.replace(/^#/, '')}\r\n`);
    const { code } = await runImportCommand(testDatabase(agency), [agency, csv, '--kind', name, '--dry-run']);
    const refused = code === 0 ? [] : [...(await refusedLines(`${csv}.refused.csv`)).values()];
    expect(['CHILD_UNKNOWN', 'CHILD_DIFFERS']).toEqual(expect.arrayContaining(refused));
  });
});

test('every agency that keeps ID numbers imports its roster', () => {
  expect(mappings.map(([agency]) => agency)).toEqual(AGENCIES.filter((agency) => agency !== 'governance-center'));
  for (const [, { roster, kinds: ofAgency }] of mappings) {
    expect(Object.values(ofAgency).some(({ table }) => table === roster)).toBe(true);
  }
});

describe('a fault of a mapping is reported with file and line', () => {
  const good = `roster: child
kinds:
  visits:
    title: 走访
    table: visit
    key: [child_id, day]
    columns:
      - { header: 身份证号, type: id-number, required: true }
      - { header: 日期, type: date, to: day, required: true }
      - { header: 数, type: integer, to: count, atMost: most }
      - { header: 最多, type: integer, to: most }
`;
  const faultsOf = (yaml: string) => {
    try {
      readMapping(yaml, 'import.yaml');
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  test('and a valid mapping has none', () => {
    expect(faultsOf(good)).toBe('');
  });

  test.each([
    ['type: date,', 'type: day,', /^kinds\.visits\.columns\.1\.type: .*\(import\.yaml:9\)$/],
    [
      'to: day, required: true',
      'to: day',
      /must be child_id or the target of a required column: day is neither \(import\.yaml:6\)$/,
    ],
    ['header: 数', 'header: 日期', /the header 日期 also belongs to another column \(import\.yaml:10\)$/],
    [
      'to: most',
      'to: count',
      /another column is also stored in count \(import\.yaml:11\)\n.*no column is stored in most \(import\.yaml:10\)$/,
    ],
    [
      'type: id-number',
      'type: sex',
      /exactly one column must be of type id-number: it names the child \(import\.yaml:7\)/,
    ],
    ['type: id-number', 'type: id-number, to: id', /it is stored only in the roster \(import\.yaml:8\)$/],
    ['to: most', 'to: "most; drop"', /must be a name like student_number.* \(import\.yaml:11\)/],
    ['atMost: most', 'atmost: most', /Unrecognized key: "atmost" \(import\.yaml:10\)/],
    ['title: 走访', 'title: 走访\n    title: 走访', /^Map keys must be unique \(import\.yaml:5\)/],
    ['type: date,', 'type: code, codes: { A: [甲], B: [甲] },', /the term 甲 stands for two codes \(import\.yaml:9\)$/],
    ['type: date,', "type: text, max: 9, pattern: '(',", /must be a regular expression \(import\.yaml:9\)$/],
  ])('%s -> %s', (from, to, message) => {
    expect(faultsOf(good.replace(from, to))).toMatch(message);
  });
});
