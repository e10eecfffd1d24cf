import { relative } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';

const PLACES = 3;

/** Describes why source does not load, with file and line: often the error's message alone does not say where. */
export function loadError(error: unknown): string {
  const { message = String(error), stack = '' } = (error ?? {}) as Partial<Error>;
  const places = stack
    .split('\n')
    .filter((line) => line.startsWith('    at ') && line.includes(`${PROJECT}/`) && !line.includes('node_modules'))
    .map((line) => relative(PROJECT, line.slice(line.indexOf(`${PROJECT}/`)).replace(/\)$/, '')));
  // The message names a file that does not compile, once per attempt.
  const lines = new Set(message.replaceAll(`${PROJECT}/`, '').split('\n'));
  return [...lines, ...places.slice(0, PLACES).map((place) => `    at ${place}`)].join('\n');
}
