import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { agencyLimits } from '../../../../gateway/agencies/agency-limits';
import { Environment } from '../../../../shared/config/environment';
import { logFormerNames } from '../../../../shared/config/log-former-names';
import { PROJECT } from '../../../../shared/config/project-root';
import { RENAMED_SETTINGS } from '../../../../shared/config/renamed-settings';

const limitsOf = (variables: Record<string, string>) => {
  const environment = new Environment(variables);
  const limits = agencyLimits(environment);
  environment.finish();
  return limits;
};

const textOf = (path: string) => readFileSync(join(PROJECT, path), 'utf8');

describe.each(Object.entries(RENAMED_SETTINGS))('%s, formerly %s', (name, former) => {
  test('is read by either name, and by both if they agree', () => {
    const [byName, byFormer, byBoth] = [
      limitsOf({ [name]: '777' }),
      limitsOf({ [former]: '777' }),
      limitsOf({ [name]: '777', [former]: ' 777 ' }),
    ];
    expect(byName).not.toEqual(limitsOf({}));
    expect(byFormer).toEqual(byName);
    expect(byBoth).toEqual(byName);
    expect(limitsOf({ [name]: '777', [former]: '' })).toEqual(byName);
  });

  test('refuses the start if both names have different values', () => {
    expect(() => limitsOf({ [name]: '777', [former]: '778' })).toThrow(
      `  - ${name} and ${former}, its former name, have different values: remove ${former}.`,
    );
  });

  test('logs one warning for its former name, and none for its name', () => {
    const lines: string[] = [];
    const log = pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) });
    logFormerNames(new Environment({ [name]: '777' }), log);
    expect(lines).toEqual([]);
    logFormerNames(new Environment({ [former]: '777' }), log);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 40, setting: former, use: name, msg: 'former-setting-name' },
    ]);
  });

  test('is documented, and docker-compose.yml passes both names on', () => {
    expect(textOf('docs/operations/deployment.md')).toContain(`| \`${former}\` | \`${name}\` |`);
    for (const one of [name, former]) expect(textOf('docker-compose.yml')).toContain(`      ${one}: \${${one}:-}\n`);
  });
});

test('no other setting of the documentation is abbreviated', () => {
  const settings = textOf('docs/operations/deployment.md').match(/`[A-Z][A-Z_]+_MS`/g) ?? [];
  expect([...new Set(settings)].sort()).toEqual(
    Object.values(RENAMED_SETTINGS)
      .map((former) => `\`${former}\``)
      .sort(),
  );
});
