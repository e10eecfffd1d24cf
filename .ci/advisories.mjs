// Asks the registry for known vulnerabilities of what runs in production; one that answers no audits is named and passed.
import { spawnSync } from 'node:child_process';

const say = (line) => process.stdout.write(`${line}\n`);

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', timeout: 120_000 });
const report = (() => {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
})();
const counts = report?.metadata?.vulnerabilities;
if (counts === undefined) {
  say('no audit: the registry does not answer any');
  process.exit(0);
}
const serious = counts.high + counts.critical;
for (const { name, severity, range } of Object.values(report.vulnerabilities ?? {})) {
  say(`${severity}: ${name} ${range}`);
}
say(`${counts.total} known vulnerabilities, ${serious} of them high or critical`);
process.exit(serious > 0 ? 1 : 0);
