import { PROJECT } from '../../shared/config/project-root';
import { typesCommand } from './command';

typesCommand(process.argv.slice(2), {
  project: PROJECT,
  tell: console.log,
  warn: console.error,
}).then((code) => {
  process.exitCode = code;
});
