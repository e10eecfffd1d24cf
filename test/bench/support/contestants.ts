import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../../shared/cli/free-port';
import { PROJECT } from '../../../shared/config/project-root';
import { AGENCIES } from '../../../shared/domain/agencies';
import type { Agencies } from './agencies';
import { benchAuthorizations } from './bench-context';
import { floorOperations, unlabelledSupergraph } from './scenarios';
import { type ServerProcess, startServer } from './server-process';

const FOLDER = join(PROJECT, 'test', 'bench', 'contestants');

/** Arguments of node, in the folder of the contestants. */
const PROGRAMS = {
  stock: ['stock.mjs'],
  hive: ['node_modules/@graphql-hive/gateway/dist/bin.js', 'supergraph', '--config-path', 'hive.config.mjs'],
  floor: ['floor.mjs'],
} as const;

export type OtherGateway = keyof typeof PROGRAMS;

/** Installs the other gateways' packages, unless they are as in the lock file. */
export async function installContestants(say: (text: string) => void): Promise<void> {
  const lock = await readFile(join(FOLDER, 'package-lock.json'), 'utf8');
  const installed = join(FOLDER, 'node_modules', '.installed-lock.json');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === lock) return;
  say('Installing the other gateways, which the product itself does not need.');
  await promisify(execFile)('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER });
  await writeFile(installed, lock);
}

/** @param directory for its supergraph. */
export async function startContestant(
  name: OtherGateway,
  agencies: Agencies,
  directory: string,
  concurrency: number,
): Promise<ServerProcess> {
  // One for each, because Hive reloads its file after every write.
  const supergraph = join(directory, `${name}.graphql`);
  await writeFile(supergraph, unlabelledSupergraph(agencies.urls));
  const [program, ...options] = PROGRAMS[name];
  const file = (option: string) => (option.endsWith('.mjs') ? join(FOLDER, option) : option);
  return startServer({
    name,
    args: [join(FOLDER, program), ...options.map(file)],
    port: await freePort(),
    concurrency,
    headers: {},
    variables: {
      APOLLO_TELEMETRY_DISABLED: 'true',
      SUPERGRAPH: supergraph,
      SUBGRAPH_URLS: JSON.stringify(agencies.urls),
      AUTHORIZATIONS: JSON.stringify(benchAuthorizations(AGENCIES)),
      FLOOR_OPERATIONS: JSON.stringify(floorOperations()),
    },
  });
}
