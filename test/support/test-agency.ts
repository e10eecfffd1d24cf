import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES, isAgency } from '../../shared/domain/agencies';

/**
 * Runs the tests that a change of one agency's folder most likely breaks, in less than a minute: its unit tests, its
 * access cases by rules, subgraph and gateway, its canaries, and composition. `npm run test:agency -- education`
 */
const [agency = '', ...options] = process.argv.slice(2);
if (!isAgency(agency)) {
  process.stderr.write(`Usage: npm run test:agency -- <agency>, one of ${AGENCIES.join(', ')}.\n`);
  process.exit(2);
}
const unit = `test/unit/subgraphs/${agency}/`;
const files = [
  ...(existsSync(join(PROJECT, unit)) ? [unit] : []),
  'test/access/cases.test.ts',
  'test/access/canaries.test.ts',
  'test/federation/compose.test.ts',
  'test/e2e/record.test.ts',
];
const jest = ['node_modules/jest/bin/jest.js', ...files, ...options];
const { status } = spawnSync(process.execPath, jest, {
  cwd: PROJECT,
  env: { ...process.env, CASES_OF: agency, CANARIES_OF: agency },
  stdio: 'inherit',
});
process.exit(status ?? 1);
