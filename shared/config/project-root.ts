import { join } from 'node:path';

/** The folder of package.json, whatever the working directory. */
export const PROJECT = join(__dirname, '../..');
