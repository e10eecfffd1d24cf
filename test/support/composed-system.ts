import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from '../../shared/config/project-root';
import { connect } from '../../shared/db/connect';
import { AGENCIES, enumName } from '../../shared/domain/agencies';
import { todayInChina } from '../../shared/domain/dates';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import {
  type ComposeFile,
  type ComposeService,
  databaseOf,
  interpolateWith,
  migrationsOf,
  reachableFrom,
  readComposeFile,
  serviceOf,
} from './compose-file';
import { testChildIdVariables } from './databases';
import { graphFiles } from './graphs';
import { type TestIdentityProvider, testIdentityProvider } from './identity-provider';
import { makeKeys, type TestKeys } from './ledger';
import type { Variables } from './process';
import { type RoundRobin, roundRobin } from './round-robin';
import { type ServiceProcess, startService } from './service-process';

const POSTGRES_PORT = '5432';
const DATABASES = ['ledger', ...AGENCIES].map(databaseOf);
const POLL_MILLISECONDS = 50;

/**
 * The services of docker-compose.yml as processes of this machine, with several replicas like `docker compose up
 * --scale`.
 */
export interface ComposedSystem {
  readonly identityProvider: TestIdentityProvider;
  readonly graph: ReturnType<typeof graphFiles>;
  /** The gateways' signing key for contexts: P-256, PEM. */
  readonly contextPrivateKey: string;
  readonly ledgerKeys: TestKeys;
  /** Names of all processes; further replicas are numbered: `education`, `education-2`. */
  readonly processNames: readonly string[];
  readonly proxies: ReadonlyMap<string, RoundRobin>;
  /** The URL of a service: of its proxy, if it has several processes. */
  urlOf(service: string): string;
  /** The URL of one process. */
  urlOfProcess(name: string): string;
  /** The database of `ledger` or an agency, on the role that owns it. */
  databaseUrl(name: string): string;
  signal(process: string, signal: NodeJS.Signals): void;
  kill(process: string): Promise<void>;
  /** Restarts a killed process; resolves when it answers `/ready` with 200. */
  restart(process: string): Promise<void>;
  /** Stops a process with SIGTERM. @returns its exit code, or the signal that ended it. */
  stop(process: string): Promise<number | string>;
  close(): Promise<void>;
}

export interface ComposedSystemOptions {
  /** The number of processes by service; one by default. */
  readonly scale: Readonly<Record<string, number>>;
  /** Additional variables of `.env`. */
  readonly settings: Variables;
}

export async function startComposedSystem({ scale, settings }: ComposedSystemOptions): Promise<ComposedSystem> {
  const closing: (() => unknown)[] = [];
  const processes = new Map<string, ServiceProcess>();
  const close = async (): Promise<void> => {
    await Promise.all([...processes.values()].map((running) => running.stop()));
    for (const closeOne of closing.reverse()) await closeOne();
  };
  try {
    const directory = mkdtempSync(join(tmpdir(), 'composed-'));
    closing.push(() => rmSync(directory, { recursive: true, force: true }));
    const graph = graphFiles();
    closing.push(graph.remove);
    const contextKeys = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const ledgerKeys = makeKeys();
    const secret = (name: string, text: string): string => {
      const path = join(directory, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const identityProvider = await testIdentityProvider();
    closing.push(() => identityProvider.close());
    const passwords = AGENCIES.flatMap((agency) =>
      ['DATABASE', 'READER', 'WRITER'].map((role) => [`${enumName(agency)}_${role}_PASSWORD`, `${agency}-${role}`]),
    );
    const file = readComposeFile(
      join(PROJECT, 'docker-compose.yml'),
      interpolateWith({
        ...Object.fromEntries(passwords),
        LEDGER_DATABASE_PASSWORD: 'ledger-password',
        LEDGER_READER_PASSWORD: 'ledger-reader-password',
        LEDGER_SIGNING_KEY_FILE: secret('ledger-signing-key.pem', ledgerKeys.privateKey),
        ...testChildIdVariables(),
        CONTEXT_PRIVATE_KEY_FILE: secret('context-private-key.pem', contextKeys.privateKey),
        CONTEXT_PUBLIC_KEY_FILE: secret('context-public-key.pem', contextKeys.publicKey),
        JWKS_URI: identityProvider.jwksUri,
        JWT_ISSUER: identityProvider.issuer,
        JWT_AUDIENCE: identityProvider.audience,
        ...Object.fromEntries(['NODE', 'POSTGRES', 'REDIS'].map((name) => [`${name}_IMAGE_DIGEST`, 'sha256:none'])),
        DISTRICT_SIZE: '20',
        DISTRICT_DATE: todayInChina(),
        ...settings,
      }),
    );
    const databasePort = await startDatabases(file, directory, closing);

    const replicas = new Map(
      ['gateway', ...AGENCIES].map((service) => [
        service,
        Array.from({ length: scale[service] ?? 1 }, (_, index) => (index === 0 ? service : `${service}-${index + 1}`)),
      ]),
    );
    const ports = await freePorts([...replicas.values()].flat());
    const portOf = (name: string): number => ports.get(name) ?? databasePort;
    const proxies = new Map<string, RoundRobin>();
    for (const [service, names] of replicas) {
      if (names.length === 1) continue;
      const proxy = await roundRobin(names.map(portOf));
      proxies.set(service, proxy);
      closing.push(() => proxy.close());
    }
    const portOfService = (service: string): number => proxies.get(service)?.port ?? portOf(service);

    /** Replaces network host names by ports of this machine, and mounts by files. */
    const onLoopback = (service: string, name: string): ComposeService => {
      const described = serviceOf(file, service);
      const { PORT = '' } = described.environment;
      const replacements = [
        ...described.secrets.map((each) => [`/run/secrets/${each}`, file.secrets.get(each) ?? ''] as const),
        ...reachableFrom(file, service).map((other) => {
          const port = serviceOf(file, other).environment.PORT ?? POSTGRES_PORT;
          return [`${other}:${port}/`, `127.0.0.1:${portOfService(other)}/`] as const;
        }),
      ];
      const replaced = (text: string) => replacements.reduce((result, [from, to]) => result.replace(from, to), text);
      return {
        ...described,
        environment: {
          ...Object.fromEntries(Object.entries(described.environment).map(([key, text]) => [key, replaced(text)])),
          PORT: String(portOf(name)),
          ...(service === 'gateway' && {
            SUPERGRAPH: graph.supergraph,
            RULES: graph.rules,
            RELOAD_SECONDS: '0',
            LEDGER_HEAD_FILE: join(directory, 'ledger-head.json'),
          }),
        },
        healthcheck: described.healthcheck.map((argument) =>
          argument.replace(`//127.0.0.1:${PORT}/`, `//127.0.0.1:${portOf(name)}/`),
        ),
      };
    };
    const serviceOfProcess = (name: string): string =>
      [...replicas].find(([, names]) => names.includes(name))?.[0] ?? name;
    const start = (name: string): ServiceProcess => {
      const running = startService(onLoopback(serviceOfProcess(name), name));
      processes.set(name, running);
      return running;
    };
    const running = (name: string): ServiceProcess => {
      const found = processes.get(name);
      if (found === undefined) throw new Error(`There is no process ${name}.`);
      return found;
    };

    const healthy = new Map<string, Promise<unknown>>(DATABASES.map((name) => [name, Promise.resolve()]));
    const startAll = async (service: string): Promise<void> => {
      await Promise.all(Object.keys(serviceOf(file, service).dependsOn).map((other) => healthy.get(other)));
      await Promise.all((replicas.get(service) ?? []).map((name) => start(name).healthy()));
    };
    // Migrations, which end before the other services start.
    for (const agency of AGENCIES) {
      const name = migrationsOf(agency);
      healthy.set(name, start(name).completed());
    }
    // Each after its dependencies: the governance centre shows the ledger, which the gateway migrates.
    for (const service of [...AGENCIES.slice(1), 'gateway', ...AGENCIES.slice(0, 1)]) {
      healthy.set(service, startAll(service));
    }
    await Promise.all(healthy.values());

    return {
      identityProvider,
      graph,
      contextPrivateKey: contextKeys.privateKey,
      ledgerKeys,
      processNames: [...ports.keys()],
      proxies,
      urlOf: (service) => `http://127.0.0.1:${portOfService(service)}`,
      urlOfProcess: (name) => `http://127.0.0.1:${portOf(name)}`,
      databaseUrl(name) {
        const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = serviceOf(file, databaseOf(name)).environment;
        return `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@127.0.0.1:${databasePort}/${POSTGRES_DB}`;
      },
      signal: (name, signal) => running(name).signal(signal),
      async kill(name) {
        running(name).signal('SIGKILL');
        await running(name).stop();
      },
      async restart(name) {
        const restarted = start(name);
        const ready = () =>
          fetch(`http://127.0.0.1:${portOf(name)}/ready`).then(
            ({ ok }) => ok,
            () => false,
          );
        while (!(await ready())) {
          restarted.expectRunning();
          await sleep(POLL_MILLISECONDS);
        }
      },
      stop: (name) => running(name).stop(),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

// Private:

/** One server with a role and a database for each database service, from its environment. */
async function startDatabases(file: ComposeFile, directory: string, closing: (() => unknown)[]): Promise<number> {
  chmodSync(directory, 0o755); // If this process is root, the cluster would otherwise be created elsewhere.
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

/** Free ports, one for each name, all reserved at once so that they differ. */
async function freePorts(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const held = names.map((name) => ({ name, server: createServer().listen(0) }));
  await Promise.all(held.map(({ server }) => once(server, 'listening')));
  const ports = held.map(({ name, server }): [string, number] => [name, (server.address() as AddressInfo).port]);
  await Promise.all(held.map(({ server }) => once(server.close(), 'close')));
  return new Map(ports);
}
