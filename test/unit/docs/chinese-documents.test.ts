import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../../shared/config/project-root';

const TRANSLATED = readdirSync(join(PROJECT, 'docs/zh-CN'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.md'),
);
const pair = (page: string) =>
  ['docs', 'docs/zh-CN'].map((folder) => readFileSync(join(PROJECT, folder, page), 'utf8')) as [string, string];

const BLOCK = /^ *```[^\n]*\n[\s\S]*?^ *```$/gm;
const blocksOf = (text: string) => [...text.matchAll(BLOCK)].map(([block]) => block);
/** The level of each heading: `### Labels` -> `###`. */
const levelsOf = (text: string) => [...text.replace(BLOCK, '').matchAll(/^(#+) /gm)].map(([, level]) => level);
/** The code spans of each table row, in any order: names, codes, settings. */
const rowsOf = (text: string) =>
  [...text.replace(BLOCK, '').matchAll(/^\|.*$/gm)].map(([row]) =>
    [...new Set([...row.matchAll(/(`+)(.+?)\1/g)].map(([, , code = '']) => code.trim()))].sort().join(' '),
  );

test('the pages that are read outside of development exist in Chinese', () => {
  expect([...TRANSLATED].sort()).toEqual([
    'guides/adding-a-field.md',
    'guides/case-work.md',
    'reference/access-rules.md',
    'reference/callers.md',
    'reference/errors.md',
  ]);
});

describe.each(TRANSLATED)('the Chinese %s is in step with the English page', (page) => {
  test('its headings have the same structure', () => {
    const [english, chinese] = pair(page);
    expect(levelsOf(chinese)).toEqual(levelsOf(english));
  });

  test('its code blocks are the same', () => {
    const [english, chinese] = pair(page);
    expect(blocksOf(chinese)).toEqual(blocksOf(english));
  });

  test('its tables have the same rows, with the same names and codes', () => {
    const [english, chinese] = pair(page);
    expect(rowsOf(chinese)).toEqual(rowsOf(english));
  });

  test('each links to the other', () => {
    const [english, chinese] = pair(page);
    expect(english).toContain(`[中文](../zh-CN/${page})`);
    expect(chinese).toContain(`[English](../../${page})`);
    expect(existsSync(join(PROJECT, 'docs', page))).toBe(true);
  });
});
