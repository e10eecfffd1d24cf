import { existsSync, readFileSync } from 'node:fs';

/** Whether a generated file holds what it is to hold. */
export function isFresh(path: string, content: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') === content;
}

/** @param command of npm, which writes the file. */
export function staleness(path: string, command: string): string {
  return `${path} is not fresh: run npm run ${command} and commit the result.`;
}
