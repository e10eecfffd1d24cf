import { join } from 'node:path';

/** The folder that holds package.json, wherever a process was started. */
export const PROJECT = join(__dirname, '../..');
