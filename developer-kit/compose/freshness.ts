import { existsSync, readFileSync } from 'node:fs';

/** Whether a generated file has its current content. */
export function isFresh(path: string, content: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8') === content;
}

/** @param command npm script that writes the file. */
export function staleness(path: string, command: string): string {
  return `${path} is stale: run npm run ${command} and commit the result.`;
}
