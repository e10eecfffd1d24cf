import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../shared/cli/free-port';
import { PROJECT } from '../../shared/config/project-root';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { AGENCIES, type Agency, enumName } from '../../shared/domain/agencies';
import { emptyLedger, filledDatabase, TEST_DISTRICT, testChildIdVariables, testDatabases } from './databases';
import { replaced } from './graphs';
import { PATIENT_MILLISECONDS } from './patience';
import { processesOn, type StartedProcess, startLine, type Variables } from './process';

/** A copy of the project whose files tests may change. */
export interface DevelopedProject {
  readonly directory: string;
  /**
   * Starts `npm run dev -- <agency>` on the tests' databases, except for a separate database of the agency and a
   * ledger.
   */
  start(): Promise<Development>;
  read(path: string): string;
  write(path: string, text: string): void;
  replace(path: string, from: string, to: string): void;
  append(path: string, text: string): void;
  /** Processes started from it. */
  processes(): readonly number[];
  remove(): void;
}

export interface Development extends StartedProcess {
  readonly gatewayPort: number;
  readonly graphiqlPort: number;
  /** Makes a change, and waits for later output that matches. */
  says(pattern: RegExp, change: () => void): Promise<RegExpExecArray>;
}

/** The parts of the project that it needs to run. */
const PARTS = ['developer-kit', 'gateway', 'shared', 'subgraphs', 'examples', 'package.json', 'tsconfig.json'];

export async function developedProject(agency: Agency): Promise<DevelopedProject> {
  const directory = mkdtempSync(join(tmpdir(), 'developed-project-'));
  for (const part of PARTS) cpSync(join(PROJECT, part), join(directory, part), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(directory, 'node_modules'));
  const suffix = randomBytes(4).toString('hex');
  const own = await filledDatabase(agency, `developed_${suffix}`);
  const ledger = await emptyLedger(`ledger_${suffix}`);
  const path = (name: string) => join(directory, name);
  const read = (name: string) => readFileSync(path(name), 'utf8');
  // Replaces the file as editors do; a watcher on the file instead of the folder would lose it.
  const write = (name: string, text: string) => {
    writeFileSync(`${path(name)}~`, text);
    renameSync(`${path(name)}~`, path(name));
  };
  return {
    directory,
    read,
    async start() {
      const [gatewayPort, graphiqlPort] = [await freePort(), await freePort()];
      const started = startLine(
        `exec node --import tsx ${path('developer-kit/dev/main.ts')} ${agency} --data ${path('.data')} --graphiql-port ${graphiqlPort}`,
        {
          ...variablesOf(new Map([...testDatabases(), [agency, own]])),
          LEDGER_DATABASE_URL: ledger.ownerUrl,
          PORT: String(gatewayPort),
        },
      );
      return { ...started, gatewayPort, graphiqlPort, says: (pattern, change) => saidAfter(started, pattern, change) };
    },
    write,
    replace: (name, from, to) => write(name, replaced(read(name), from, to)),
    append: (name, text) => write(name, `${read(name)}${text}`),
    processes: () => processesOn(directory),
    remove() {
      for (const pid of processesOn(directory)) process.kill(pid, 'SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function variablesOf(databases: ReadonlyMap<Agency, AgencyDatabase>): Variables {
  return {
    ...testChildIdVariables(),
    DISTRICT_SIZE: String(TEST_DISTRICT.size),
    DISTRICT_DATE: TEST_DISTRICT.today,
    // For a busy machine.
    LEDGER_DEADLINE_MILLISECONDS: String(PATIENT_MILLISECONDS),
    REQUEST_DEADLINE_MILLISECONDS: String(PATIENT_MILLISECONDS),
    ...Object.fromEntries(
      AGENCIES.map((agency) => [`DATABASE_URL_${enumName(agency)}`, databases.get(agency)?.ownerUrl ?? '']),
    ),
  };
}

async function saidAfter({ stdout, shows }: StartedProcess, pattern: RegExp, change: () => void) {
  const before = stdout().length;
  change();
  return shows(pattern, before);
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** Sends the given Host and Origin, which `fetch` would not. */
export function sendRaw(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<RawAnswer> {
  return new Promise((done, failed) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers,
      agent: false,
    };
    const sending = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sending.on('error', failed);
    sending.end(body);
  });
}
