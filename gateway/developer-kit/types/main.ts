import { join } from 'node:path';
import { typesCommand } from './command';

typesCommand(process.argv.slice(2), {
  project: join(__dirname, '../../..'),
  tell: console.log,
  warn: console.error,
}).then((code) => {
  process.exitCode = code;
});
