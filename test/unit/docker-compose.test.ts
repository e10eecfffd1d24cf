import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agencyFiles } from '../../shared/config/agency-files';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES, databaseName, enumName } from '../../shared/domain/agencies';
import {
  databaseOf,
  interpolateWith,
  migrationsOf,
  reachableFrom,
  readComposeFile,
  serviceOf,
} from '../support/compose-file';

const FILE = join(PROJECT, 'docker-compose.yml');
const LEDGER_DATABASE = databaseOf('ledger');
const othersThanCentre = AGENCIES.filter((agency) => agency !== 'governance-center');

const asWritten = readComposeFile(FILE);
const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
/** The command of an npm script, without its shell. */
const script = (name: string): string => scripts[name].replace(/^exec /, '');

const hasMutations = (agency: string): boolean =>
  agencyFiles(join(PROJECT, 'subgraphs', agency), '.graphql').some(({ text }) => /^type Mutation\b/m.test(text));

describe('docker-compose.yml', () => {
  test('has only a gateway, a ledger, Redis, and for every agency a subgraph, migrations and a database', () => {
    expect([...asWritten.services.keys()].sort()).toEqual(
      [
        ...['gateway', 'redis', LEDGER_DATABASE],
        ...AGENCIES.flatMap((agency) => [agency, migrationsOf(agency), databaseOf(agency)]),
      ].sort(),
    );
    expect(serviceOf(asWritten, 'gateway').command.join(' ')).toBe(script('serve:gateway'));
    for (const agency of AGENCIES) {
      const { command, environment, dependsOn } = serviceOf(asWritten, agency);
      expect(command.join(' ')).toBe(`${script('serve:subgraph')} ${agency}`);
      const showsLedger = agency === 'governance-center';
      expect(Object.keys(environment).filter((name) => name.includes('DATABASE'))).toEqual([
        `READER_DATABASE_URL_${enumName(agency)}`,
        ...(hasMutations(agency) ? [`WRITER_DATABASE_URL_${enumName(agency)}`] : []),
        ...(showsLedger ? ['LEDGER_READER_DATABASE_URL'] : []),
      ]);
      expect(dependsOn).toEqual({
        ...(showsLedger && { gateway: 'service_healthy' }),
        [migrationsOf(agency)]: 'service_completed_successfully',
      });
      expect(serviceOf(asWritten, databaseOf(agency))).toMatchObject({
        image: expect.stringMatching(/^postgres:18@/),
        environment: { POSTGRES_DB: databaseName(agency) },
        volumes: [`${databaseOf(agency)}:/var/lib/postgresql`],
      });
    }
    expect(serviceOf(asWritten, 'gateway').dependsOn).toEqual(
      Object.fromEntries([LEDGER_DATABASE, ...othersThanCentre].map((name) => [name, 'service_healthy'])),
    );
    // The gateway creates the reader role with which the governance centre reads the ledger.
    expect(serviceOf(asWritten, 'gateway').environment.LEDGER_READER_DATABASE_URL).toBe(
      serviceOf(asWritten, 'governance-center').environment.LEDGER_READER_DATABASE_URL,
    );
  });

  test('gives the password of an agency’s table owner only to migrations, which end before the subgraph starts', () => {
    for (const agency of AGENCIES) {
      const migrations = serviceOf(asWritten, migrationsOf(agency));
      expect(migrations.command.join(' ')).toBe(`${script('migrate')} ${agency}`);
      expect(migrations.restart).toBe('no');
      expect(migrations.dependsOn).toEqual({ [databaseOf(agency)]: 'service_healthy' });
      const password = `\${${enumName(agency)}_DATABASE_PASSWORD`;
      const holders = [...asWritten.services].filter(([, { environment }]) =>
        Object.values(environment).some((value) => value.includes(password)),
      );
      expect(holders.map(([name]) => name).sort()).toEqual([databaseOf(agency), migrationsOf(agency)].sort());
      const ofSubgraph = Object.entries(serviceOf(asWritten, agency).environment);
      for (const [name, url] of ofSubgraph.filter(([name]) => /^(?:READER|WRITER)_DATABASE/.test(name))) {
        expect([name, migrations.environment[name]]).toEqual([name, url]);
      }
    }
  });

  test('lets only a subgraph reach its database, and the subgraph reach no other', () => {
    for (const agency of AGENCIES) {
      expect(reachableFrom(asWritten, databaseOf(agency)).sort()).toEqual([agency, migrationsOf(agency)].sort());
      expect(serviceOf(asWritten, migrationsOf(agency)).networks).toEqual([databaseOf(agency)]);
      const { networks } = serviceOf(asWritten, agency);
      expect(networks.filter((name) => name !== LEDGER_DATABASE)).toEqual(['agencies', databaseOf(agency)]);
      expect(networks.filter((name) => asWritten.networks.get(name)?.internal !== true)).toEqual([]);
    }
    expect(reachableFrom(asWritten, LEDGER_DATABASE).sort()).toEqual(['gateway', 'governance-center']);
    expect(reachableFrom(asWritten, 'gateway').sort()).toEqual([LEDGER_DATABASE, 'redis', ...AGENCIES].sort());
    expect(reachableFrom(asWritten, 'redis')).toEqual(['gateway']);
    expect(asWritten.networks.get('limits')).toEqual({ internal: true });
  });

  test('confines every container: no capabilities, only mounted files writable, and limited resources', () => {
    const confinements = [...asWritten.services].map(([name, { confinement }]) => [name, confinement]);
    expect(confinements).toEqual(
      [...asWritten.services.keys()].map((name) => [
        name,
        {
          readOnly: true,
          capabilities: [],
          dropped: ['ALL'],
          security: ['no-new-privileges:true'],
          memory: expect.stringMatching(/^\d+[mg]$/),
          processors: expect.any(Number),
          processes: expect.any(Number),
          log: [expect.stringMatching(/^\d+m$/), expect.stringMatching(/^\d+$/)],
        },
      ]),
    );
  });

  test('pins foreign images by digest, and so does its own image', () => {
    const images = new Set([...asWritten.services.values()].map(({ image }) => image));
    images.delete('unified-child-record');
    expect([...images].filter((image) => !/^[a-z]+:\d+@\$\{[A-Z]+_IMAGE_DIGEST:\?[^}]+\}$/.test(image))).toEqual([]);
    const bases = readFileSync(join(PROJECT, 'Dockerfile'), 'utf8').match(/^FROM .*$/gm) ?? [];
    expect(bases.map((line) => line.split(' ')[1])).toEqual(
      bases.map(() => expect.stringMatching(/^node:22-slim@\$\{NODE_IMAGE_DIGEST\}$/)),
    );
  });

  test('publishes only the gateway, and only on the loopback address', () => {
    const published = [...asWritten.services].filter(([, { ports }]) => ports.length > 0);
    expect(published.map(([name, { ports }]) => [name, ...ports])).toEqual([
      ['gateway', `127.0.0.1:\${GATEWAY_PORT:-4000}:${serviceOf(asWritten, 'gateway').environment.PORT}`],
    ]);
  });

  test('contains no secret and no default for one', () => {
    const texts = [...asWritten.services.values()].flatMap(({ environment }) => Object.entries(environment));
    const secrets = texts.filter(([name]) => /PASSWORD|KEY|SECRET|TOKEN|^JW(?!.*_SECONDS$)|DATABASE_URL/.test(name));
    expect(secrets.length).toBeGreaterThanOrEqual(6 * 4 + 4 + 5);
    for (const [name, value] of secrets) {
      // An optional role.
      if (value === `\${${name}:-}`) expect(name).toBe('LEDGER_AUDITOR_DATABASE_URL');
      else if (name.endsWith('_FILE'))
        expect([name, value]).toEqual([name, expect.stringMatching(/^\/run\/secrets\//)]);
      else if (/(?:^|_)DATABASE_URL(?:_|$)/.test(name))
        expect([name, value]).toEqual([name, expect.stringMatching(/^postgres:\/\/\w+:\$\{\w+:\?[^}]+\}@/)]);
      else expect([name, value]).toEqual([name, expect.stringMatching(/^\$\{\w+:\?[^}]+\}$/)]);
    }
    for (const path of asWritten.secrets.values()) expect(path).toMatch(/^\$\{\w+:\?[^}]+\}$/);
  });

  test('passes on every gateway setting except those that need an override to mount or reach something', () => {
    const lines = readFileSync(join(PROJECT, 'docs/operations/deployment.md'), 'utf8').split('\n');
    const ofGateway = lines.filter((line) => /^\| `.* \| (?:gateway|both)\b/.test(line));
    const names = ofGateway.flatMap((line) =>
      [...(line.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
    );
    expect(names.length).toBeGreaterThan(30);
    const { environment } = serviceOf(asWritten, 'gateway');
    expect(names.filter((name) => !(name in environment || `${name}_FILE` in environment)).sort()).toEqual([
      'HOST',
      'JWKS_CA',
      'LEDGER_WRITER_DATABASE_URL',
      'METRICS_TOKEN',
      'MTLS_CA_FILE',
      'MTLS_CERTIFICATE_FILE',
      'MTLS_KEY_FILE',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_TRACES_SAMPLER_ARG',
      'RULES',
      'SUPERGRAPH',
    ]);
    const optional = Object.entries(environment).filter(([, value]) => value.includes(':-'));
    expect(optional.filter(([name, value]) => value !== `\${${name}:-}`)).toEqual([]);
  });

  test('is refused by docker compose if any secret is missing or blank', () => {
    const names = [...readFileSync(FILE, 'utf8').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name ?? '');
    const required = Object.fromEntries(names.map((name) => [name, 'given']));
    expect(Object.keys(required).sort()).toEqual(
      [
        ...AGENCIES.flatMap((agency) => {
          const roles = ['DATABASE', 'READER', ...(hasMutations(agency) ? ['WRITER'] : [])];
          return roles.map((role) => `${enumName(agency)}_${role}_PASSWORD`);
        }),
        ...['LEDGER_DATABASE_PASSWORD', 'LEDGER_READER_PASSWORD', 'LEDGER_SIGNING_KEY_FILE'],
        ...['CHILD_ID_KEY_FILE', 'CONTEXT_PRIVATE_KEY_FILE', 'CONTEXT_PUBLIC_KEY_FILE'],
        ...['JWKS_URI', 'JWT_AUDIENCE', 'JWT_ISSUER'],
        ...['NODE_IMAGE_DIGEST', 'POSTGRES_IMAGE_DIGEST', 'REDIS_IMAGE_DIGEST'],
      ].sort(),
    );
    expect(() => readComposeFile(FILE, interpolateWith(required))).not.toThrow();
    for (const name of Object.keys(required)) {
      const { [name]: _left, ...others } = required;
      for (const variables of [others, { ...others, [name]: '' }]) {
        expect(() => readComposeFile(FILE, interpolateWith(variables))).toThrow(
          `required variable ${name} is missing a value: see docs/operations/deployment.md`,
        );
      }
    }
  });
});
