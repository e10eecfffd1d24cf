import { join, resolve } from 'node:path';
import type { Environment } from './environment';
import { PROJECT } from './project-root';

/** The folder in which the embedded mode keeps its database and keys: `DATA_DIR`, or `.data` in the project's folder. */
export function dataDirectory(environment: Environment): string {
  return resolve(environment.optional('DATA_DIR') ?? join(PROJECT, '.data'));
}
