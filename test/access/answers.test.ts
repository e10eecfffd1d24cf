import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DataClassName } from '../../shared/access/catalogue';
import { readYaml } from '../../shared/cli/read-yaml';
import { PROJECT } from '../../shared/config/project-root';
import { apartCells, CELLS } from '../support/answers/cells';
import { answerTable } from '../support/answers/table';
import { Specification } from '../support/cases/specification';

const APART = 'test/access/apart.yaml';
const table = answerTable();
const specification = new Specification();
const classes = [...new Set([...table.keys(), ...specification.classes])];

/** By class: cells in which cases and table differ, or `class` where only the table knows the class. */
const apart = new Map<DataClassName, readonly { readonly cell: string; readonly examples: readonly string[] }[]>(
  classes.map((name) => {
    const expected = table.get(name);
    if (!specification.classes.includes(name)) return [name, [{ cell: 'class', examples: ['no catalogue has it'] }]];
    if (expected === undefined) return [name, [{ cell: 'class', examples: ['the table does not have it'] }]];
    return [name, apartCells(name, specification.entry(name), expected)];
  }),
);

/** The reasons, each with the cells that it explains. */
const stated = readYaml(
  readFileSync(join(PROJECT, APART), 'utf8'),
  APART,
  z
    .record(z.string(), z.record(z.string(), z.array(z.enum([...CELLS, 'class'])).min(1)))
    .nullable()
    .transform((given) => given ?? {}),
);

afterAll(() => {
  const cells = [...apart].flatMap(([, of]) => of);
  process.stdout.write(`Answers: ${classes.length * CELLS.length} cells compared, ${cells.length} apart.\n`);
});

test.each(classes)('%s is answered as the table says, but for what apart.yaml names', (name) => {
  const found = apart.get(name) ?? [];
  const named = Object.values(stated).flatMap((of) => of[name] ?? []);
  const unnamed = found.filter(({ cell }) => !named.some((one) => one === cell));
  expect(unnamed.flatMap(({ cell, examples }) => examples.map((example) => `${cell}: ${example}`))).toEqual([]);
  expect(named.filter((cell) => !found.some((one) => one.cell === cell))).toEqual([]);
});

test('apart.yaml gives a decision for every difference that stays', () => {
  const decisions = readdirSync(join(PROJECT, 'docs/decisions'));
  for (const reason of Object.keys(stated)) {
    if (reason === 'not built yet') continue;
    const [, number = ''] = /^decision (\d+)$/.exec(reason) ?? [];
    expect(decisions.filter((file) => file.startsWith(`${number.padStart(4, '0')}-`))).toHaveLength(1);
  }
  const known = new Set(classes);
  expect(Object.values(stated).flatMap((of) => Object.keys(of).filter((name) => !known.has(name)))).toEqual([]);
  expect(existsSync(join(PROJECT, APART))).toBe(true);
});
