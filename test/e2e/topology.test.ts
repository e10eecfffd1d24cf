import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { versionOfRules } from '../../gateway/access/rule-bundle';
import { idOfTexts } from '../../gateway/graph/graph-texts';
import { AGENCIES, enumName } from '../../shared/agencies';
import { contextSigner } from '../../shared/context-token';
import { todayInChina } from '../../shared/dates';
import { connect } from '../../shared/db/connect';
import { claimDataDirectory } from '../../shared/db/data-directory';
import { startEmbeddedPostgres } from '../../shared/db/embedded-postgres';
import {
  type ComposeFile,
  type ComposeService,
  databaseOf,
  interpolateWith,
  reachableFrom,
  readComposeFile,
  serviceOf,
} from '../support/compose-file';
import { childIdOf, STORY, TEST_CHILD_IDS } from '../support/databases';
import { COMMITTED, graphFiles } from '../support/graphs';
import { demoCaller, type TestIdentityProvider, testIdentityProvider } from '../support/identity-provider';
import { makeKeys } from '../support/ledger';
import { type ServiceProcess, startService } from '../support/service-process';

const PROJECT = join(__dirname, '..', '..');
const FILE = join(PROJECT, 'docker-compose.yml');
const POSTGRES_PORT = '5432';
const DATABASES = ['ledger', ...AGENCIES].map(databaseOf);

const asWritten = readComposeFile(FILE);

describe('a service of docker-compose.yml', () => {
  /** Exit code and standard error of the service without what the file requires of the installation. */
  function startedBare(name: string) {
    const { command, environment } = serviceOf(asWritten, name);
    const given = Object.entries(environment).filter(([, value]) => !/:\?|^\/run\/secrets\//.test(value));
    const [program = '', ...options] = command;
    const { status, stdout, stderr } = spawnSync(program, options, {
      cwd: PROJECT,
      env: {
        PATH: process.env.PATH,
        ...Object.fromEntries(given.map(([variable, text]) => [variable, interpolateWith({})(text)])),
      },
      encoding: 'utf8',
      timeout: 30_000,
    });
    return { status, stdout, faults: stderr.split('\n').filter((line) => line.startsWith('  - ')) };
  }

  test('refuses to start as the gateway without keys and identity provider, and lists every fault', () => {
    expect(startedBare('gateway')).toEqual({
      status: 1,
      stdout: '',
      faults: [
        'JWKS_URI is',
        'JWT_ISSUER is',
        'JWT_AUDIENCE is',
        'CONTEXT_PRIVATE_KEY (or CONTEXT_PRIVATE_KEY_FILE) is',
        'LEDGER_DATABASE_URL (or LEDGER_WRITER_DATABASE_URL) is',
        'LEDGER_SIGNING_KEY (or LEDGER_SIGNING_KEY_FILE) is',
      ].map((fault) => expect.stringContaining(`${fault} not set`)),
    });
  });

  test('refuses to start as a subgraph without keys and database, and lists every fault', () => {
    expect(startedBare('education')).toEqual({
      status: 1,
      stdout: '',
      faults: [
        expect.stringContaining('DATABASE_URL_<AGENCY> or READER_DATABASE_URL_<AGENCY> is not set'),
        expect.stringContaining('CONTEXT_PUBLIC_KEY (or CONTEXT_PUBLIC_KEY_FILE) is not set'),
        expect.stringContaining('CHILD_ID_KEY (or CHILD_ID_KEY_FILE) must be set to a key of your own'),
      ],
    });
  });
});

describe('the topology of docker-compose.yml, as separate processes', () => {
  const contextKeys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const processes = new Map<string, ServiceProcess>();
  const graph = graphFiles();
  const closing: (() => unknown)[] = [graph.remove];
  let identityProvider: TestIdentityProvider;
  let ports: ReadonlyMap<string, number>;

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'topology-'));
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    const privateKeyFile = join(directory, 'context-private-key.pem');
    const publicKeyFile = join(directory, 'context-public-key.pem');
    writeFileSync(privateKeyFile, contextKeys.privateKey, { mode: 0o600 });
    writeFileSync(publicKeyFile, contextKeys.publicKey);
    const ledgerKeyFile = join(directory, 'ledger-signing-key.pem');
    writeFileSync(ledgerKeyFile, makeKeys().privateKey, { mode: 0o600 });
    identityProvider = await testIdentityProvider();
    closing.push(() => identityProvider.close());
    const passwords = AGENCIES.map((agency) => [`${enumName(agency)}_DATABASE_PASSWORD`, `${agency}-password`]);
    const file = readComposeFile(
      FILE,
      interpolateWith({
        ...Object.fromEntries(passwords),
        LEDGER_DATABASE_PASSWORD: 'ledger-password',
        LEDGER_READER_PASSWORD: 'ledger-reader-password',
        LEDGER_SIGNING_KEY_FILE: ledgerKeyFile,
        CHILD_ID_KEY: TEST_CHILD_IDS.key.toString(),
        CONTEXT_PRIVATE_KEY_FILE: privateKeyFile,
        CONTEXT_PUBLIC_KEY_FILE: publicKeyFile,
        JWKS_URI: identityProvider.jwksUri,
        JWT_ISSUER: identityProvider.issuer,
        JWT_AUDIENCE: identityProvider.audience,
        DISTRICT_SIZE: '20',
        DISTRICT_DATE: todayInChina(),
      }),
    );
    const databasePort = await startDatabases(file, directory);
    ports = new Map([
      ...(await freePorts(['gateway', ...AGENCIES])),
      ...DATABASES.map((name) => [name, databasePort] as const),
    ]);

    const healthy = new Map<string, Promise<void>>(DATABASES.map((name) => [name, Promise.resolve()]));
    const start = async (name: string): Promise<void> => {
      const service = serviceOf(file, name);
      await Promise.all(Object.keys(service.dependsOn).map((dependency) => healthy.get(dependency)));
      const running = startService(onLoopback(file, name));
      processes.set(name, running);
      await running.healthy();
    };
    // Each after those that it depends on: the governance centre shows the ledger, which the gateway migrates.
    for (const name of [...AGENCIES.slice(1), 'gateway', ...AGENCIES.slice(0, 1)]) healthy.set(name, start(name));
    await Promise.all(healthy.values());
  }, 90_000);

  afterAll(async () => {
    await Promise.all([...processes.values()].map((running) => running.stop()));
    for (const close of closing.reverse()) await close();
  });

  /** A server with a role and a database for each database service: what the image makes of its environment. */
  async function startDatabases(file: ComposeFile, directory: string): Promise<number> {
    chmodSync(directory, 0o755); // Without this, root's server gets its cluster elsewhere.
    const dataDirectory = join(directory, 'data');
    const claim = await claimDataDirectory(dataDirectory);
    closing.push(() => claim.release());
    const postgres = await startEmbeddedPostgres({ dataDirectory });
    closing.push(() => postgres.stop());
    const admin = connect(postgres.adminUrl, { poolSize: 1, statementTimeout: 0 });
    try {
      for (const name of DATABASES) {
        const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = serviceOf(file, name).environment;
        await admin.raw(`create role ${POSTGRES_USER} superuser login password '${POSTGRES_PASSWORD}'`);
        await admin.raw(`create database ${POSTGRES_DB} owner ${POSTGRES_USER}`);
      }
    } finally {
      await admin.destroy();
    }
    return postgres.port;
  }

  /** The service with the ports of this test instead of its network's host names, and files instead of mounts. */
  function onLoopback(file: ComposeFile, name: string): ComposeService {
    const service = serviceOf(file, name);
    const replacements = [
      ...service.secrets.map((secret) => [`/run/secrets/${secret}`, file.secrets.get(secret) ?? ''] as const),
      ...reachableFrom(file, name).map((other) => {
        const port = serviceOf(file, other).environment.PORT ?? POSTGRES_PORT;
        return [`${other}:${port}/`, `127.0.0.1:${ports.get(other)}/`] as const;
      }),
    ];
    const replaced = (text: string) => replacements.reduce((result, [from, to]) => result.replace(from, to), text);
    return {
      ...service,
      environment: {
        ...Object.fromEntries(Object.entries(service.environment).map(([key, text]) => [key, replaced(text)])),
        PORT: String(ports.get(name)),
        ...(name === 'gateway' && { SUPERGRAPH: graph.supergraph, RULES: graph.rules, RELOAD_SECONDS: '0' }),
      },
      healthcheck: service.healthcheck.map((argument) =>
        argument.replace(`//127.0.0.1:${service.environment.PORT}/`, `//127.0.0.1:${ports.get(name)}/`),
      ),
    };
  }

  async function post(service: string, query: string, headers: Record<string, string>) {
    const response = await fetch(`http://127.0.0.1:${ports.get(service)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  test('the gateway answers with the sections of all six agencies', async () => {
    const { status, body } = await post(
      'gateway',
      `{ childByIdNumber(idNumber: "${STORY.leftBehind}") {
        id risk { level } identity { idNumber } welfare { categories } enrolment { studentNumber }
        protectionOrders { kind } lovingMother { name } } }`,
      { authorization: `Bearer ${identityProvider.token('town-case-worker')}`, 'access-purpose': 'RISK_ASSESSMENT' },
    );
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    expect(body.data.childByIdNumber).toEqual({
      id: childIdOf(STORY.leftBehind),
      risk: { level: 'YELLOW' },
      identity: { idNumber: '990101************' },
      welfare: { categories: ['LEFT_BEHIND'] },
      enrolment: { studentNumber: 'G990101************' },
      protectionOrders: [{ kind: expect.any(String) }],
      lovingMother: { name: expect.any(String) },
    });
  });

  test('a subgraph called directly answers the context that the gateway signed for it, and nothing else', async () => {
    const sign = contextSigner(contextKeys.privateKey);
    const forge = contextSigner(identityProvider.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    const context = {
      caller: demoCaller('town-case-worker'),
      purpose: 'RISK_ASSESSMENT',
      reference: null,
      grant: null,
      reasonGiven: false,
    } as const;
    for (const agency of AGENCIES) {
      const another = AGENCIES.find((candidate) => candidate !== agency) ?? agency;
      const status = async (token?: string) =>
        (await post(agency, '{ __typename }', token === undefined ? {} : { authorization: `Bearer ${token}` })).status;
      expect({
        agency,
        none: await status(),
        ofClient: await status(identityProvider.token('town-case-worker')),
        ofAnotherAgency: await status(sign(context, another)),
        ofAnotherSigner: await status(forge(context, agency)),
        ofItsOwn: await status(sign(context, agency)),
      }).toEqual({ agency, none: 401, ofClient: 401, ofAnotherAgency: 401, ofAnotherSigner: 401, ofItsOwn: 200 });
    }
  });

  test('on SIGHUP the gateway looks for another graph, serves it, and goes on', async () => {
    const ready = async () =>
      (await (await fetch(`http://127.0.0.1:${ports.get('gateway')}/ready`)).json()) as {
        readonly graph: { readonly id: string };
      };
    const { graph: before } = await ready();
    const texts = { ...COMMITTED, rules: JSON.stringify(JSON.parse(COMMITTED.rules)) };
    graph.write(texts);
    processes.get('gateway')?.signal('SIGHUP');
    while ((await ready()).graph.id === before.id) await sleep(50);
    expect(await ready()).toEqual({
      ready: true,
      graph: { id: idOfTexts(texts), rules: versionOfRules(texts.rules), since: expect.any(String) },
    });
  });

  test('on SIGTERM every process ends by itself, with exit code 0', async () => {
    const names = ['gateway', ...AGENCIES];
    const codes = await Promise.all(names.map(async (name) => [name, await processes.get(name)?.stop()]));
    expect(codes).toEqual(names.map((name) => [name, 0]));
  });
});

/** Ports that nobody listens on, one for each name; all held at once, so that no two are the same. */
async function freePorts(names: readonly string[]): Promise<[string, number][]> {
  const held = names.map((name) => ({ name, server: createServer().listen(0) }));
  await Promise.all(held.map(({ server }) => once(server, 'listening')));
  const ports = held.map(({ name, server }): [string, number] => [name, (server.address() as AddressInfo).port]);
  await Promise.all(held.map(({ server }) => once(server.close(), 'close')));
  return ports;
}
