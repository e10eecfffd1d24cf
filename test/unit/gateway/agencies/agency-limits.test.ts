import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agencyLimits, DEFAULT_AGENCY_LIMITS } from '../../../../gateway/agencies/agency-limits';
import { Environment } from '../../../../shared/config/environment';
import { PROJECT } from '../../../../shared/config/project-root';

function limitsOf(variables: Record<string, string>) {
  const environment = new Environment(variables);
  const limits = agencyLimits(environment);
  environment.finish();
  return limits;
}

test('limits of agencies have defaults and variables, both documented', () => {
  expect(limitsOf({})).toEqual(DEFAULT_AGENCY_LIMITS);
  expect(
    limitsOf({
      REQUEST_DEADLINE_MILLISECONDS: '2000',
      AGENCY_RETRIES: '0',
      AGENCY_BREAKER_FAULTS: '9',
      AGENCY_BREAKER_MILLISECONDS: '1000',
      AGENCY_CONCURRENT: '8',
      AGENCY_QUEUED: '0',
      AGENCY_RESPONSE_MEGABYTES: '1',
    }),
  ).toEqual({
    requestMilliseconds: 2_000,
    retries: 0,
    breakerFaults: 9,
    breakerMilliseconds: 1_000,
    concurrent: 8,
    queued: 0,
    responseBytes: 1_048_576,
  });
  const { requestMilliseconds, retries, breakerFaults, breakerMilliseconds, concurrent, queued, responseBytes } =
    DEFAULT_AGENCY_LIMITS;
  const text = readFileSync(join(PROJECT, 'docs/operations/deployment.md'), 'utf8');
  const documented = (names: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`| ${names} |`))
      ?.split(' | ')
      .at(-1)
      ?.replace(' |', '');
  expect(documented('`REQUEST_DEADLINE_MILLISECONDS`')).toBe(String(requestMilliseconds));
  expect(documented('`AGENCY_RETRIES`')).toBe(String(retries));
  expect(documented('`AGENCY_BREAKER_FAULTS`, `AGENCY_BREAKER_MILLISECONDS`')).toBe(
    `${breakerFaults}, ${breakerMilliseconds}`,
  );
  expect(documented('`AGENCY_CONCURRENT`, `AGENCY_QUEUED`')).toBe(`${concurrent}, ${queued}`);
  expect(documented('`AGENCY_RESPONSE_MEGABYTES`')).toBe(String(responseBytes / 1_048_576));
});

test.each([
  ['REQUEST_DEADLINE_MILLISECONDS', '0'],
  ['AGENCY_RETRIES', '4'],
  ['AGENCY_CONCURRENT', 'many'],
  ['AGENCY_BREAKER_SECONDS', '5'],
])('%s=%s prevents the start', (name, value) => {
  expect(() => limitsOf({ [name]: value })).toThrow(new RegExp(` - ${name} `));
});
