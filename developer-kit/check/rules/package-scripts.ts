import { isDeepStrictEqual } from 'node:util';
import { digestOf } from '../digest';
import type { Finding } from '../finding';
import type { Rule } from './rule';

/**
 * Reports changes of package.json that can spare a change its checks: scripts that change, go, or run by themselves before
 * or after others, scripts that accept openings, other versions of the tools that judge, and settings of npm and jest.
 */
export const packageScripts: Rule = ({ changed }) => {
  const file = changed.find(({ path }) => path === 'package.json');
  if (file?.before === undefined) return [];
  const [was, is] = [packageIn(file.before), packageIn(file.after ?? '{}')];
  if (was === undefined || is === undefined) return [opening('it cannot be read', file.after)];
  return [
    ...scriptChanges(was.scripts ?? {}, is.scripts ?? {}).map(([name, message]) => opening(message, file.after, name)),
    ...TOOLS.flatMap((tool) => {
      const [old, now] = [was.devDependencies?.[tool], is.devDependencies?.[tool]];
      if (old === undefined || old === now) return [];
      return [
        opening(
          `${tool}, which judges changes, ${now === undefined ? 'went' : `is ${now} instead of ${old}`}`,
          file.after,
          tool,
        ),
      ];
    }),
    ...SETTINGS.filter((key) => !isDeepStrictEqual(was[key], is[key])).map((key) => ({
      ...opening(`"${key}" was changed`, file.after, key),
      digest: digestOf(JSON.stringify(is[key] ?? null)),
    })),
  ];
};

// Private:

interface Package extends Partial<Record<(typeof SETTINGS)[number], unknown>> {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const TOOLS = [
  '@biomejs/biome',
  '@swc/core',
  '@swc/jest',
  'fast-check',
  'jest',
  'libpg-query',
  'pgsql-deparser',
  'typescript',
];
const SETTINGS = ['allowScripts', 'jest', 'overrides'] as const;

/** npm runs it with another script, or without being asked. */
const BY_ITSELF = /^(?:pre|post)|^(?:install|prepare)$/;
const ACCEPTING = /--(?:accept|reviewed)\b/;

function scriptChanges(
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): readonly (readonly [name: string, message: string])[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((name) => {
    const [old, now] = [was[name], is[name]];
    if (old === now) return [];
    if (now === undefined) return [[name, `the script "${name}" went`]];
    if (old !== undefined) return [[name, `the script "${name}" runs \`${now}\` instead of \`${old}\``]];
    return BY_ITSELF.test(name) || ACCEPTING.test(now) ? [[name, `the new script "${name}" runs \`${now}\``]] : [];
  });
}

function packageIn(text: string): Package | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function opening(message: string, text: string | undefined, key?: string): Finding {
  const index = (text ?? '').split('\n').findIndex((line) => key !== undefined && line.trim().startsWith(`"${key}":`));
  const line = index < 0 ? undefined : index + 1;
  return { what: 'script', severity: 'opening', agencies: [], message, places: [{ file: 'package.json', line }] };
}
