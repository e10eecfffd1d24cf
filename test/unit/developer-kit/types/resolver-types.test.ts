import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { typesCommand } from '../../../../developer-kit/types/command';
import { PROJECT } from '../../../../shared/config/project-root';

/**
 * An agency's folder, small: a required and an optional field, one stored under its name as a column and one under another,
 * an enum, a list, an argument with a default, and a use case in a folder of its own.
 */
const SCHEMA = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@inaccessible"])

type Child @key(fields: "id") {
  id: ID!
  lessons(first: Int = 5): [Lesson!]!
  lastLesson: Lesson
}

type Lesson {
  subject: String!
  "Not stored under this name."
  day: Date!
  startsAt: DateTime!
  note: String
  state: LessonState!
  rooms: RoomConnection!
}

enum LessonState {
  PLANNED
  HELD
}

type RoomConnection {
  nodes: [Room!]!
  totalCount: Int!
}
`;

const DATA = `import type DataLoader from 'dataloader';
import type { LessonState } from './schema.types';

export interface LessonRow {
  readonly subject: string;
  readonly held_on: string;
  readonly starts_at: Date;
  readonly note: string | null;
  readonly state: LessonState;
  readonly closed: boolean;
}

export interface Loaders {
  readonly lessons: DataLoader<string, readonly LessonRow[]>;
}
`;

const ROOMS = `type Room {
  name: String!
}

extend type Child {
  room: Room
}
`;

const ROOMS_DATA = `export interface RoomRow {
  readonly name: string;
}
`;

const RESOLVERS = `import { childReference } from '../../shared/subgraph/child-reference';
import { EMPTY_PAGE } from '../../shared/subgraph/rows/page';
import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import type { Context, Resolvers } from './resolvers.types';

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    lessons: async ({ id }, { first }, { load }) => (await load.lessons.load(id)).slice(0, first ?? 5),
    lastLesson: async ({ id }, _, { load }) => (await load.lessons.load(id))[0] ?? null,
    room: () => ({ name: 'A' }),
  },
  Lesson: {
    day: (row) => row.held_on,
    rooms: () => EMPTY_PAGE,
  },
};

/** defineSubgraph accepts them unchanged. */
export const definition = (rest: Omit<Parameters<typeof defineSubgraph<Context['load'], unknown>>[0], 'resolvers'>) =>
  defineSubgraph({ ...rest, resolvers });
`;

/** By fault: the well-typed text, its replacement, and the compiler's message. */
const FAULTS: Readonly<Record<string, readonly [right: string, wrong: string, said: RegExp]>> = {
  'a type that the schema does not have': ['  Lesson: {', '  Lessons: {', /'Lessons' does not exist in type/],
  'a field that the schema does not have': ['day: (row)', 'heldAt: (row)', /'heldAt' does not exist in type/],
  'a field that its row does not answer and nobody resolves': [
    '    day: (row) => row.held_on,\n',
    '',
    /Property 'day' is missing in type/,
  ],
  'a type whose fields nobody resolves': [
    RESOLVERS.slice(RESOLVERS.indexOf('  Lesson: {'), RESOLVERS.indexOf('};\n\n/**')),
    '',
    /Property 'Lesson' is missing in type/,
  ],
  'an entity that no reference leads to': [
    '    __resolveReference: childReference,\n',
    '',
    /Property '__resolveReference' is missing in type/,
  ],
  'an answer of another type': ['=> row.held_on', '=> row.closed', /Type 'boolean' is not assignable to type 'string/],
  'a null where the schema has none': [
    '=> row.held_on',
    '=> row.note',
    /Type 'null' is not assignable to type 'string/,
  ],
  'nothing at all where the schema has null': [
    '[0] ?? null',
    '[0]',
    /'LessonRow | undefined'|Type 'undefined' is not assignable/,
  ],
  'a column that the row does not have': ['row.held_on', 'row.held_at', /Property 'held_at' does not exist/],
  'an argument that the schema does not have': ['{ first }', '{ most }', /Property 'most' does not exist/],
  'an argument with a default that a client gives null for': ['first ?? 5', 'first', /'null' is not assignable/],
  'items that are promised, which no guard decides about': [
    '.slice(0, first ?? 5)',
    '.slice(0, first ?? 5).map(async (row) => row)',
    /Promise<LessonRow>/,
  ],
  'a loader that the agency does not have': ['load.lessons', 'load.lesson', /Property 'lesson' does not exist/],
};

/** The same for rows in data.ts. */
const FAULTY_ROWS: Readonly<Record<string, readonly [right: string, wrong: string, said: RegExp]>> = {
  'a row whose text may be none of an enum': [
    'state: LessonState;',
    'state: string;',
    /Property 'state' is missing in type/,
  ],
  'a row that has null where the schema has none': [
    'subject: string;',
    'subject: string | null;',
    /Property 'subject' is missing in type/,
  ],
  'a column that is misspelled': ['starts_at: Date;', 'start_at: Date;', /Property 'startsAt' is missing in type/],
  'a column that is missing': ['  readonly starts_at: Date;\n', '', /Property 'startsAt' is missing in type/],
  'a column of another type': ['starts_at: Date;', 'starts_at: number;', /Property 'startsAt' is missing in type/],
  'a column that has null where the schema has none': [
    'starts_at: Date;',
    'starts_at: Date | null;',
    /Property 'startsAt' is missing in type/,
  ],
  'a property of the name of a field, which comes before its column, of another type': [
    'starts_at: Date;',
    'starts_at: Date;\n  readonly startsAt: boolean;',
    /Property 'startsAt' is missing in type/,
  ],
};

const AGENCY = 'driving-school';

const FOLDER = {
  'schema.graphql': SCHEMA,
  'data.ts': DATA,
  'rooms/schema.graphql': ROOMS,
  'rooms/data.ts': ROOMS_DATA,
};

let project: string;
let lines: string[];

beforeEach(() => {
  lines = [];
});

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'resolver-types-'));
  for (const name of ['shared', 'node_modules']) symlinkSync(join(PROJECT, name), join(project, name));
  write(AGENCY, { ...FOLDER, 'resolvers.ts': RESOLVERS });
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

function write(agency: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(project, 'subgraphs', agency, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

const types = (...args: string[]): Promise<number> =>
  typesCommand(args, { project, tell: (line) => lines.push(line), warn: (line) => lines.push(line) });

const GENERATED = ['schema.types.ts', 'resolvers.types.ts'];

const readGenerated = (name: string): string => readFileSync(join(project, 'subgraphs', AGENCY, name), 'utf8');

const replaced = (text: string, right: string, wrong: string): string => {
  if (!text.includes(right)) throw new Error(`There is no such text: ${right}`);
  return text.replace(right, wrong);
};

test('resolvers that fit their schema compile, and each that does not is named by the compiler', async () => {
  const faults = Object.entries({ ...FAULTS, ...FAULTY_ROWS });
  faults.forEach(([fault, [right, wrong]], index) => {
    const rows = fault in FAULTY_ROWS;
    write(`fault-${index}`, {
      ...FOLDER,
      'data.ts': rows ? replaced(DATA, right, wrong) : DATA,
      'resolvers.ts': rows ? RESOLVERS : replaced(RESOLVERS, right, wrong),
    });
  });
  expect(await types()).toBe(0);
  // All at once, like the project.
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ extends: join(PROJECT, 'tsconfig.json'), include: ['subgraphs'] }),
  );
  const compiler = join(PROJECT, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(compiler, ['-p', project, '--pretty', 'false'], { cwd: project, encoding: 'utf8' });
  for (const index of faults.keys()) rmSync(join(project, 'subgraphs', `fault-${index}`), { recursive: true });
  const saidOf = (agency: string) =>
    stdout
      .split(/\n(?=\S)/)
      .filter((message) => message.startsWith(`subgraphs/${agency}/`))
      .join('\n');

  expect(saidOf(AGENCY)).toBe('');
  expect(faults.map(([fault], index) => ({ fault, said: saidOf(`fault-${index}`) }))).toEqual(
    faults.map(([fault, [, , said]]) => ({ fault, said: expect.stringMatching(said) })),
  );
});

test('generated types exist at compile time only', async () => {
  await types();
  for (const name of GENERATED) {
    const generated = readGenerated(name);
    expect(generated).toMatch(/^\/\/ Generated by `npm run types`/);
    const statements = generated
      .split('\n')
      .filter((line) => /^\s*(?:import|export|const|let|function|enum|class)\b/.test(line));
    expect(statements.filter((line) => !/^\s*(?:import type|export type|export interface)\b/.test(line))).toEqual([]);
  }
});

test('types of the schema import nothing of the agency, so that rows can be made of them', async () => {
  await types();
  const importsOf = (name: string) => [...readGenerated(name).matchAll(/from '([^']*)'/g)].map(([, from]) => from);
  expect(importsOf('schema.types.ts')).toEqual(['../../shared/subgraph/schema/resolver-types']);
  expect(importsOf('resolvers.types.ts')).toEqual(
    expect.arrayContaining(['./data', './rooms/data', './schema.types', '../../shared/subgraph/schema/resolver-types']),
  );
});

test('types are fresh until the schema or a row changes', async () => {
  await types();
  expect(await types('--check')).toBe(0);
  const stale = (name: string) =>
    `error: subgraphs/${AGENCY}/${name} is stale: run npm run types and commit the result.`;
  const changes = [
    ['schema.graphql', replaced(SCHEMA, 'note: String', 'note: String!'), GENERATED.map(stale)],
    ['rooms/schema.graphql', replaced(ROOMS, 'room: Room', 'room: Room!'), GENERATED.map(stale)],
    ['data.ts', replaced(DATA, 'interface LessonRow', 'interface PastLessonRow'), [stale('resolvers.types.ts')]],
    [
      'rooms/data.ts',
      replaced(ROOMS_DATA, 'interface RoomRow', 'interface LessonRoomRow'),
      [stale('resolvers.types.ts')],
    ],
  ] as const;
  for (const [file, text, expected] of changes) {
    lines = [];
    write(AGENCY, { [file]: text });
    expect(await types('--check', AGENCY)).toBe(1);
    expect(lines).toEqual(expected);
    write(AGENCY, FOLDER);
  }
  write(AGENCY, { 'schema.graphql': SCHEMA.replace('"Not stored under this name."', '"Described in other words."') });
  expect(await types('--check')).toBe(0);
  write(AGENCY, { 'schema.graphql': SCHEMA });
});

test('an invalid schema is reported with file and line, and nothing is written', async () => {
  await types();
  const before = GENERATED.map(readGenerated);
  const faulty: readonly (readonly [right: string, wrong: string, said: string])[] = [
    ['id: ID!', 'id = ID!', 'Syntax Error: Expected ":", found "=". (%:4)'],
    ['lastLesson: Lesson', 'lastLesson: Lessen', 'Unknown type Lessen (%:6)'],
    ['import: ["@key"', 'import: ["@keys"', 'Cannot import unknown element "@keys". Did you mean "@key"? (%:1)'],
  ];
  for (const [right, wrong, said] of faulty) {
    lines = [];
    write(AGENCY, { 'schema.graphql': replaced(SCHEMA, right, wrong) });
    expect(await types(AGENCY)).toBe(1);
    expect(lines).toEqual([`error: ${said.replace('%', `subgraphs/${AGENCY}/schema.graphql`)}`]);
  }
  expect(GENERATED.map(readGenerated)).toEqual(before);
  write(AGENCY, { 'schema.graphql': SCHEMA });
});

test('an unknown agency or option is refused with the agencies or the usage', async () => {
  await expect(types('cooking-school')).rejects.toThrow(
    `There is no agency "cooking-school". The agencies are ${AGENCY}.\n\nUsage: npm run types`,
  );
  await expect(types('--chek')).rejects.toThrow("Unknown option '--chek'.\n\nUsage: npm run types");
  expect(lines).toEqual([]);
});
