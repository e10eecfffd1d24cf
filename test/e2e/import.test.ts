import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { PROJECT } from '../../shared/config/project-root';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { AGENCIES } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { todayInChina } from '../../shared/domain/dates';
import { agencyMapping, kindNamed } from '../../shared/import/agency-mapping';
import { TableFile } from '../../shared/import/file/table-file';
import { ImportRefused } from '../../shared/import/refused';
import { runImport } from '../../shared/import/run-import';
import { ImportStore } from '../../shared/import/store/import-store';
import justiceBureau from '../../subgraphs/justice-bureau';
import {
  childIdOf,
  filledDatabase,
  STORY,
  TEST_CHILD_IDS,
  testChildIdVariables,
  testDatabases,
} from '../support/databases';
import { ENROLMENT_HEADERS, enrolmentFile, pupilIdNumber, writeTable } from '../support/enrolment-file';
import { educationDatabase, emptyDatabaseOf, runImportCommand } from '../support/import';
import { startLine } from '../support/process';
import { LEFT_BEHIND_ASSESSMENT } from '../support/references';
import { refusedLines } from '../support/refused-lines';
import { startSystem } from '../support/system';

const HEADER = '身份证号,行政区划代码,学校,学校类型,年级,班级,学籍号,是否寄宿,学籍状态,更新时间';
const PUPIL = pupilIdNumber(7);
const OTHER = pupilIdNumber(8);
const pupil = (changes: Record<string, string> = {}, idNumber = PUPIL) =>
  Object.values({
    idNumber,
    region: '990101001001',
    school: '甲小学',
    type: '小学',
    grade: '一年级',
    class: '1班',
    number: `G${idNumber}`,
    boarding: '否',
    status: '在读',
    asOf: '2026-09-01',
    ...changes,
  }).join(',');

let folder: string;
let count = 0;
const opened: Knex[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-import-'));
});
afterAll(async () => {
  await Promise.all(opened.map((db) => db.destroy()));
  rmSync(folder, { recursive: true, force: true });
});

/** An empty database with a connection. */
async function emptyDatabase(): Promise<{ database: AgencyDatabase; db: Knex }> {
  const database = await educationDatabase(`import_${randomBytes(4).toString('hex')}`);
  const db = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  opened.push(db);
  return { database, db };
}

function fileOf(lines: readonly string[], name = `enrolments-${count++}.csv`): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\r\n')}\r\n`);
  return path;
}

/** Imports row by row, and stops after this many, as by Ctrl-C. */
async function importUntil(rows: number, { ownerUrl = '' }: AgencyDatabase, path: string) {
  const mapping = await agencyMapping(`${PROJECT}/subgraphs`, 'education');
  const stopped = new AbortController();
  const file = await TableFile.open(path);
  const outcome = await runImport({
    ...kindNamed(mapping, 'enrolments'),
    kindName: 'enrolments',
    file,
    roster: mapping.roster,
    ownerUrl,
    childIds: childIds(TEST_CHILD_IDS),
    operator: 'somebody',
    reportPath: `${path}.refused.csv`,
    ignored: [],
    batchRows: 1,
    dryRun: false,
    today: todayInChina(),
    stopping: stopped.signal,
    onProgress: ({ done }) => done === rows && stopped.abort(),
  });
  await file.close();
  return outcome;
}

const stored = async (db: Knex, table = 'enrolment') =>
  Number((await db.raw(`select count(*) from base.${table}`)).rows[0].count);
const schools = (db: Knex): Promise<string[]> =>
  db.withSchema('base').from('enrolment').orderBy('school').pluck('school');
const importSchema = async (db: Knex) => (await db.raw("select to_regnamespace('import') as name")).rows[0].name;

describe('an import of 3,000 rows, one in a hundred faulty, that is killed half-way', () => {
  const ROWS = 3_000;
  const table = enrolmentFile(ROWS);
  const GOOD = ROWS - table.broken.size;
  let database: AgencyDatabase;
  let db: Knex;
  let path: string;
  const begin = () =>
    startLine(`exec node dist/subgraphs/import.js education '${path}' --batch 100`, {
      DATABASE_URL_EDUCATION: database.ownerUrl ?? '',
      ...testChildIdVariables(),
    });
  beforeAll(async () => {
    ({ database, db } = await emptyDatabase());
    path = join(folder, '学籍.csv');
    await writeTable(path, table, 'csv-gbk');
  });

  test('resumes, stores every valid row once and reports every faulty one with its line', async () => {
    // In the middle of a batch, a locked row makes it wait.
    const waits = 42;
    const transaction = await db.transaction();
    await transaction.raw('select pg_advisory_xact_lock(?)', [waits]);
    const other = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
    await other.raw(
      `create function wait() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(${waits}); return new; end $$;
       create trigger wait before insert on base.enrolment for each row when (new.child_id = '${childIdOf(pupilIdNumber(1_550))}')
         execute function wait()`,
    );
    const killed = begin();
    const waiting = "select 1 from pg_locks where locktype = 'advisory' and objid = ? and not granted";
    while ((await other.raw(waiting, [waits])).rows.length === 0) await sleep(10);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await transaction.rollback();
    await other.raw('drop function wait cascade');
    await other.destroy();
    expect(await stored(db)).toBe(1_500 - 15);

    const { code, stdout, stderr } = await begin().ended;
    expect(stdout).toMatch(/^Continued after row 1500, where an earlier run was stopped\.$/m);
    expect(stdout).toContain(
      `${ROWS} of ${ROWS} rows: ${GOOD} inserted, 0 changed, 0 unchanged, ${table.broken.size} refused`,
    );
    expect(code).toBe(2);
    expect(await refusedLines(`${path}.refused.csv`)).toEqual(table.broken);
    expect(await stored(db)).toBe(GOOD);
    expect(await stored(db, 'child')).toBe(GOOD);

    // Output and log contain no value of a record: no ID number, name or school.
    expect(`${stdout}${stderr}`).not.toMatch(/\d{17}|测试学生|柳溪/);
    const { rows } = await db.raw(
      'select operator, state, refused from import.run join import.run_session using (run_id, operator)',
    );
    expect(rows).toEqual(
      Array(2).fill({ operator: expect.any(String), state: 'FINISHED', refused: table.broken.size }),
    );
    expect(await stored(db, 'enrolment')).toBe(GOOD);
    expect(Number((await db.raw('select count(*) from import.row_key')).rows[0].count)).toBe(0);
  });

  test('changes nothing when repeated, in any format', async () => {
    const workbook = join(folder, 'enrolments.xlsx');
    await writeTable(workbook, table, 'xlsx');
    const before = await db.raw('select xmin, * from base.enrolment order by child_id');
    for (const again of [path, workbook]) {
      const { said } = await runImportCommand(database, ['education', again]);
      expect(said).toContain(
        `0 inserted, 0 changed, ${GOOD} unchanged, ${table.broken.size} refused; 0 children added`,
      );
      expect(await refusedLines(`${again}.refused.csv`)).toEqual(table.broken);
    }
    expect((await db.raw('select xmin, * from base.enrolment order by child_id')).rows).toEqual(before.rows);
  });
});

test('a dry run reports the same and writes nothing', async () => {
  const { database, db } = await emptyDatabase();
  const path = join(folder, 'enrolments-dry.csv');
  const table = enrolmentFile(1_400);
  await writeTable(path, table, 'csv-utf-8');
  const dry = await runImportCommand(database, ['education', path, '--dry-run', '--batch', '300']);
  expect(dry).toMatchObject({ code: 2 });
  expect(await refusedLines(`${path}.refused.csv`)).toEqual(table.broken);
  expect([await stored(db), await stored(db, 'child'), await importSchema(db)]).toEqual([0, 0, null]);
  expect(readdirSync(folder).filter((name) => name.includes('dry-run'))).toEqual([]);

  const real = await runImportCommand(database, ['education', path, '--batch', '300']);
  const figures = /: .* added to the roster/;
  expect(figures.exec(dry.said.replace('Dry run, nothing was written: ', ''))?.[0]).toBe(figures.exec(real.said)?.[0]);
});

test('a row with other values is updated, and a column that the file does not have stays unchanged', async () => {
  const { database, db } = await emptyDatabase();
  await runImportCommand(database, ['education', fileOf([HEADER, pupil(), pupil({}, OTHER)])]);
  const without = (line: string) => line.split(',').toSpliced(6, 1).join(',');
  const changed = fileOf([without(HEADER), without(pupil({ school: '乙小学' })), without(pupil({}, OTHER))]);
  expect((await runImportCommand(database, ['education', changed])).said).toContain(
    '0 inserted, 1 changed, 1 unchanged',
  );
  expect(await schools(db)).toEqual(['乙小学', '甲小学']);
  const numbers = () => db.withSchema('base').from('enrolment').whereNotNull('student_number').pluck('student_number');
  expect(await numbers()).toHaveLength(2);
  await runImportCommand(database, ['education', fileOf([HEADER, pupil({ number: '' })])]);
  expect(await numbers()).toEqual([`G${OTHER}`]);
});

test('a row that contradicts the register is refused', async () => {
  const { database, db } = await emptyDatabase();
  await runImportCommand(database, ['education', fileOf([HEADER, pupil()])]);
  const alerts = fileOf([
    '身份证号,预警时间,劝返阶段',
    `${PUPIL},2026-09-01 09:00,家访`,
    `${OTHER},2026-09-01 09:00,家访`,
  ]);
  expect(await runImportCommand(database, ['education', alerts, '--kind', 'dropout-alerts'])).toMatchObject({
    code: 2,
  });
  expect([...(await refusedLines(`${alerts}.refused.csv`))]).toEqual([[3, 'CHILD_UNKNOWN']]);

  const moved = fileOf([HEADER, pupil({ region: '990101001002' })]);
  await runImportCommand(database, ['education', moved]);
  expect([...(await refusedLines(`${moved}.refused.csv`))]).toEqual([[2, 'CHILD_DIFFERS']]);
  const roster = fileOf(['身份证号,行政区划代码', `${PUPIL},990101001002`], '名册.csv');
  expect((await runImportCommand(database, ['education', roster])).said).toContain('0 inserted, 1 changed');
  expect((await runImportCommand(database, ['education', moved])).said).toContain('1 unchanged, 0 refused');

  await db.raw(
    'insert into base.dropout_alert (child_id, raised_at, stage) select child_id, raised_at, stage from base.dropout_alert',
  );
  await runImportCommand(database, ['education', alerts, '--kind', 'dropout-alerts']);
  expect([...(await refusedLines(`${alerts}.refused.csv`))]).toEqual([
    [2, 'AMBIGUOUS'],
    [3, 'CHILD_UNKNOWN'],
  ]);
});

test('of rows with the same key the first is stored, even across batches and a stop', async () => {
  const { database, db } = await emptyDatabase();
  const path = fileOf([
    HEADER,
    pupil(),
    pupil({}, OTHER),
    pupil({ school: '乙小学' }),
    pupil({ school: '丙小学' }, OTHER),
  ]);
  const outcome = await importUntil(3, database, path);
  expect(outcome).toMatchObject({ rows: 4, done: 3, counts: { inserted: 2, refused: 1 } });
  expect((await runImportCommand(database, ['education', path])).said).toMatch(
    /^Continued after row 3, where .*\n4 of 4 rows: 2 inserted, 0 changed, 0 unchanged, 2 refused/,
  );
  expect(await readFile(`${path}.refused.csv`, 'utf8')).toMatch(
    /^4,DUPLICATE,与第2行重复,.*\r\n5,DUPLICATE,与第3行重复,/m,
  );
  expect(await schools(db)).toEqual(['甲小学', '甲小学']);
});

test('the list of refused rows is readable only by its user, contains no formulas, and can be imported once corrected', async () => {
  const { database, db } = await emptyDatabase();
  const path = fileOf([HEADER, pupil({ school: '+cmd|calc', class: '=1+1', asOf: '\t2026' })]);
  expect((await runImportCommand(database, ['education', path])).code).toBe(2);
  const report = `${path}.refused.csv`;
  expect(statSync(report).mode & 0o777).toBe(0o600);
  const text = readFileSync(report, 'utf8');
  expect(text.startsWith('\uFEFF导入行号,原因代码,原因,Reason,身份证号,')).toBe(true);
  // No digit of the ID number is lost, and no cell begins like a formula.
  expect(text).toContain(`,'${PUPIL},'990101001001,'+cmd|calc,小学,一年级,'=1+1,`);
  expect(text).toMatch(/学校名称=FORMULA; 班级=FORMULA; 更新时间=DATE_FORM/);

  const mended = join(folder, 'enrolments-mended.csv');
  writeFileSync(mended, text.replace("'+cmd|calc", '丁小学').replace("'=1+1", '2班').replace("'\t2026", '2026-09-02'));
  expect(await runImportCommand(database, ['education', mended])).toMatchObject({ code: 0 });
  expect(await schools(db)).toEqual(['丁小学']);
});

describe('the list of refused rows of a stopped import', () => {
  const lines = [HEADER, pupil({ school: '' }), pupil({}, OTHER), pupil({ grade: '?' }, pupilIdNumber(9))];

  test('is continued from the last commit', async () => {
    const { database } = await emptyDatabase();
    const path = fileOf(lines);
    await importUntil(2, database, path);
    await appendFile(`${path}.refused.csv.partial`, '4,"of a batch that was '.repeat(50));
    expect((await runImportCommand(database, ['education', path])).said).toMatch(
      /^Continued after row 2, .*\n3 of 3 rows: 1 inserted, 0 changed, 0 unchanged, 2 refused/,
    );
    expect([...(await refusedLines(`${path}.refused.csv`))]).toEqual([
      [2, 'REQUIRED'],
      [4, 'CODE_UNKNOWN'],
    ]);
  });

  test.each<[string, (path: string) => Promise<unknown>]>([
    ['gone', (path) => rm(path)],
    ['empty', (path) => writeFile(path, '')],
    [
      'changed by somebody',
      async (path) => writeFile(path, (await readFile(path, 'utf8')).replace('REQUIRED', 'MISSING!')),
    ],
  ])('is rewritten if it is %s', async (_, spoil) => {
    const { database } = await emptyDatabase();
    const path = fileOf(lines);
    await importUntil(2, database, path);
    await spoil(`${path}.refused.csv.partial`);
    expect((await runImportCommand(database, ['education', path])).said).toMatch(
      /^3 of 3 rows: 0 inserted, 0 changed, 1 unchanged, 2 refused/,
    );
    expect([...(await refusedLines(`${path}.refused.csv`)).keys()]).toEqual([2, 4]);
  });

  test('is not touched by a dry run', async () => {
    const { database } = await emptyDatabase();
    const path = fileOf(lines);
    await importUntil(2, database, path);
    await runImportCommand(database, ['education', path, '--dry-run']);
    expect((await runImportCommand(database, ['education', path])).said).toMatch(/^Continued after row 2, /);
  });
});

test('rows that begin with # are counted in the totals, except a header or an error', async () => {
  const { database } = await emptyDatabase();
  const path = fileOf([
    `#,${HEADER}`,
    `1,${pupil()}`,
    '# a line for people',
    `#N/A,${pupil({}, OTHER)}`,
    `#3,${pupil()}`,
  ]);
  const { code, said, logged } = await runImportCommand(database, ['education', path, '--ignore', '#']);
  expect({ code, said }).toEqual({
    code: 0,
    said: expect.stringMatching(
      /^2 of 2 rows: 2 inserted, .*\n2 more rows begin with # and are not imported: lines 3, 5\.\n$/,
    ),
  });
  expect(JSON.parse(logged)).toMatchObject({ rows: 2, comments: 2 });
});

test('a row is recognised by the visible form of its key, and keeps the characters that were imported first', async () => {
  const database = await emptyDatabaseOf(justiceBureau, `import_${randomBytes(4).toString('hex')}`);
  const header = '身份证号,纠纷类别,受理日期,是否达成协议';
  await runImportCommand(database, [
    'justice-bureau',
    fileOf(['身份证号,行政区划代码', `${PUPIL},990101001001`], '名册.csv'),
  ]);
  const kinds = ['葛\u{e0100}某（抚养费）', '葛某（抚养费）', '\uf9d1某', '六某'];
  const said: string[] = [];
  for (const kind of kinds) {
    const path = fileOf(
      [header, `${PUPIL},${kind},2026-04-15,${said.length % 2 === 0 ? '是' : '否'}`],
      `调解${count++}.csv`,
    );
    said.push((await runImportCommand(database, ['justice-bureau', path])).said);
  }
  expect(said).toEqual(
    ['1 inserted, 0 changed', '0 inserted, 1 changed', '1 inserted, 0 changed', '0 inserted, 1 changed'].map((counts) =>
      expect.stringContaining(counts),
    ),
  );
  const both = fileOf([header, ...kinds.slice(0, 2).map((kind) => `${PUPIL},${kind},2026-04-16,是`)], '调解-both.csv');
  expect((await runImportCommand(database, ['justice-bureau', both])).said).toContain(
    '1 inserted, 0 changed, 0 unchanged, 1 refused',
  );
  const db = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  opened.push(db);
  expect(await db.withSchema('base').from('mediation').orderBy(['since', 'kind']).pluck('kind')).toEqual([
    kinds[0],
    kinds[2],
    kinds[0],
  ]);
});

test('of two simultaneous imports the second is refused', async () => {
  const { database, db } = await emptyDatabase();
  const options = {
    ownerUrl: database.ownerUrl ?? '',
    identity: {
      kind: 'x',
      fileDigest: '',
      readingDigest: '',
      childIdFingerprint: childIds(TEST_CHILD_IDS).fingerprint,
    },
    operator: 'test',
    dryRun: false,
  };
  const first = await ImportStore.open(options);
  await expect(ImportStore.open(options, 0.1)).rejects.toEqual(
    new ImportRefused('Another import into the database of this agency is running: wait until it has ended.'),
  );
  await first.close();
  await (await ImportStore.open(options, 0.1)).close();
  expect(await importSchema(db)).toBe(null);
});

test('pseudonyms under another key are refused', async () => {
  const { database, db } = await emptyDatabase();
  await runImportCommand(database, ['education', fileOf([HEADER, pupil()])]);
  const other = { key: Buffer.from('another-key-of-pseudonyms-for-this-test-alone') };
  expect((await runImportCommand(database, ['education', fileOf([HEADER, pupil({}, OTHER)])], other)).said).toMatch(
    /^The database was filled under another CHILD_ID_KEY/,
  );
  expect(await stored(db)).toBe(1);
});

test('the imports’ own data is not readable for a subgraph’s role, and contains no record', async () => {
  const { database, db } = await emptyDatabase();
  await runImportCommand(database, ['education', fileOf([HEADER, pupil(), pupil({ school: '' }, OTHER)])]);
  const reader = connect(database.readerUrl, { poolSize: 1, statementTimeout: 0 });
  opened.push(reader);
  for (const table of ['run', 'run_session', 'row_key']) {
    const { rows } = await db.raw(`select t::text as text from import.${table} t`);
    expect(rows.map(({ text }: { text: string }) => text).join()).not.toMatch(/\d{17}[\dX]|小学|990101001/);
    await expect(reader.raw(`select * from import.${table}`)).rejects.toMatchObject({ code: '42501' });
    await expect(reader.raw(`insert into import.${table} default values`)).rejects.toMatchObject({ code: '42501' });
  }
  expect(childIdOf(PUPIL)).not.toBe('');
});

test('imported data is answered by the same rules: in clear, masked or not at all', async () => {
  const database = await filledDatabase('education', `import_${randomBytes(4).toString('hex')}`);
  const system = await startSystem({ databases: new Map([...testDatabases(), ['education', database]]) });
  try {
    const changes = { school: '新到中学', type: '初级中学', grade: '七年级', number: `G${STORY.leftBehind}` };
    const path = fileOf([HEADER, pupil(changes, STORY.leftBehind)]);
    // While the subgraph runs, and without a restart.
    expect(await runImportCommand(database, ['education', path])).toMatchObject({
      code: 0,
      said: expect.stringContaining('1 of 1 rows: 0 inserted, 1 changed'),
    });
    const answered = async (as: string, purpose: string, reference?: string) => {
      const query = `{ child(id: "${childIdOf(STORY.leftBehind)}") { enrolment { school studentNumber } } }`;
      return (await system.ask(query, { as, purpose, reference })).body.data?.child?.enrolment ?? null;
    };
    expect(await answered('education-officer', 'OWN_DUTY')).toEqual({
      school: '新到中学',
      studentNumber: `G${STORY.leftBehind}`,
    });
    expect(await answered('town-case-worker', 'RISK_ASSESSMENT', LEFT_BEHIND_ASSESSMENT)).toEqual({
      school: '新到中学',
      studentNumber: 'G990101************',
    });
    for (const as of ['civil-affairs-officer', 'police-officer', 'education-developer']) {
      expect(await answered(as, 'OWN_DUTY')).toBe(null);
    }
    expect(await answered('neighbour-case-worker', 'RISK_ASSESSMENT')).toBe(null);
  } finally {
    await system.close();
  }
});

test('without a URL the import goes into the embedded system, even while that runs', async () => {
  const path = fileOf([HEADER, pupil({}, STORY.leftBehind)]);
  expect(await runImportCommand(undefined, ['education', path, '--dry-run'])).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^Dry run, nothing was written: 1 of 1 rows: 0 inserted, 1 changed/),
  });
});

describe('a file that cannot be imported is refused in one line, and nothing is written', () => {
  let database: AgencyDatabase;
  let db: Knex;
  beforeAll(async () => {
    ({ database, db } = await emptyDatabase());
  });
  const at = (name: string) => join(folder, name);
  const header = ENROLMENT_HEADERS.join(',');
  test.each<[string, () => readonly string[], RegExp]>([
    ['a file that is not there', () => [at('enrolments-none.csv')], /none\.csv does not exist\.$/],
    ['a folder', () => [folder, '--kind', 'enrolments'], /is a folder\.$/],
    ['an empty file', () => [binary('enrolments-e.csv', Buffer.alloc(0))], /is empty\.$/],
    ['a header alone', () => [fileOf([HEADER])], /^The file has a header but no rows\.$/],
    [
      'a name that tells nothing',
      () => [fileOf([HEADER], 'data.csv')],
      /add --kind\. education imports children \(儿童名册\), enrolments/,
    ],
    ['an unknown kind', () => [fileOf([HEADER]), '--kind', 'x'], /^education does not import x\./],
    [
      'missing columns',
      () => [fileOf(['身份证号,学校', '1,2'])],
      /^Line 1, the header: the column 学校类型 is missing; .*The file has 身份证号, 学校\.$/,
    ],
    [
      'a column twice',
      () => [fileOf([`${HEADER},学校名称`, '1'])],
      /the column 学校名称 occurs twice: 学校 and 学校名称/,
    ],
    [
      'an unknown column',
      () => [fileOf([`${header},别的`, '1'])],
      /unknown: 别的 \(leave them out with --ignore HEADER\)/,
    ],
    [
      'a file without a header, whose values are not shown',
      () => [fileOf([pupil(), pupil({}, OTHER)])],
      /^Line 1 is not a header: none of its cells names a column\. The columns are 身份证号, [^\d]*\.$/,
    ],
    ['UTF-16', () => [binary('enrolments-16.csv', Buffer.from(`\uFEFF${HEADER}`, 'utf16le'))], /is written in UTF-16/],
    [
      'neither UTF-8 nor GBK',
      () => [binary('enrolments-l.csv', Buffer.from([0x61, 0xff, 0xff, 0x0a]))],
      /^The file is not written in GBK or GB 18030/,
    ],
    [
      'another encoding than told',
      () => [binary('enrolments-m.csv', Buffer.from([0xd6, 0xd0, 0x0a])), '--encoding', 'utf-8'],
      /^The file is not written in UTF-8/,
    ],
    ['an unknown encoding', () => [fileOf([HEADER]), '--encoding', 'big5'], /^Unknown encoding big5/],
    [
      'a quotation mark that is not closed',
      () => [fileOf([HEADER, pupil(), `"${pupil()}`])],
      /^Line 3: the row that begins here does not end/,
    ],
    ['a workbook by name alone', () => [fileOf([HEADER], 'enrolments-n.xlsx')], /is not an \.xlsx workbook\.$/],
    [
      'an old workbook',
      () => [binary('enrolments-o.xls', Buffer.from('d0cf11e0a1b11ae1', 'hex'))],
      /is an \.xls, or has a password/,
    ],
    [
      'a workbook that was cut off',
      () => [binary('enrolments-c.xlsx', Buffer.from('504b0304140000000800', 'hex'))],
      /^The workbook cannot be read: it is incomplete/,
    ],
    ['a wrong option', () => [fileOf([HEADER]), '--dryrun'], /Unknown option '--dryrun'.*Usage:/s],
    [
      'a batch of none',
      () => [fileOf([HEADER]), '--batch', '0'],
      /^--batch must be a whole number from 1 to 20000\.\n\nUsage:/,
    ],
  ])('%s', async (_, words, message) => {
    expect(await runImportCommand(database, ['education', ...words()])).toEqual({
      code: 1,
      said: expect.stringMatching(message),
      logged: '',
    });
    expect([await stored(db), await stored(db, 'child'), await importSchema(db)]).toEqual([0, 0, null]);
  });

  test('a stop before its first batch', async () => {
    const stopped = new AbortController();
    stopped.abort();
    expect(
      await runImportCommand(database, ['education', fileOf([HEADER, pupil()])], { stopping: stopped.signal }),
    ).toMatchObject({ code: 1, said: 'The import was stopped before anything was written.' });
    expect(await importSchema(db)).toBe(null);
  });

  test('an agency without a mapping, and a database without its owner', async () => {
    const known = AGENCIES.filter((agency) => agency !== 'governance-center');
    expect((await runImportCommand(database, ['governance-center', at('x.csv')])).said).toBe(
      `governance-center is not an agency with a file import.yaml; those are ${known.join(', ')}.`,
    );
    const reader = { ...database, ownerUrl: undefined };
    expect((await runImportCommand(reader, ['education', fileOf([HEADER, pupil()])])).said).toBe(
      'DATABASE_URL_EDUCATION is not set: an import needs the role that owns the tables.',
    );
  });

  function binary(name: string, bytes: Buffer): string {
    writeFileSync(at(name), bytes);
    return at(name);
  }
});
