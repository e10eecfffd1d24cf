import { transformSync } from '@swc/core';

/**
 * Whether a file says the same on both sides to those who run it: programs without comments, types and layout, JSON
 * without layout, other files without lines that are only a comment.
 */
export function isSameCode(path: string, before: string, after: string): boolean {
  return before === after || essence(path, before) === essence(path, after);
}

// Private:

function essence(path: string, text: string): string {
  try {
    if (/\.[cm]?[jt]s$/.test(path)) return codeOf(text);
    if (path.endsWith('.json')) return JSON.stringify(JSON.parse(text));
  } catch {
    // A faulty file is compared as it is.
    return text;
  }
  return text.replace(/^\s*#(?!!).*\n/gm, '');
}

function codeOf(text: string): string {
  return transformSync(text, {
    swcrc: false,
    configFile: false,
    minify: true,
    jsc: {
      parser: { syntax: 'typescript' },
      target: 'es2022',
      minify: { compress: false, mangle: false, format: { comments: false } },
    },
  }).code;
}
