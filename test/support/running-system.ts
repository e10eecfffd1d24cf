import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { demoToken } from '../../gateway/embedded/identity-provider';
import { PROJECT } from '../../shared/config/project-root';
import { demoCaller } from './identity-provider';
import { type StartedProcess, startSystemProcess, type Variables } from './process';
import { LEFT_BEHIND_ASSESSMENT } from './references';

export interface RunningSystem extends StartedProcess {
  readonly port: number;
  readonly dataDirectory: string;
  /** Milliseconds from the start to the line `ready`. */
  readonly readyAfter: number;
  readonly postgresPort: number;
}

/** Starts the whole system as a separate process, and waits until it is ready. */
export async function startReadySystem(variables: Variables): Promise<RunningSystem> {
  const startedAt = performance.now();
  return untilReady(startSystemProcess(variables), variables, startedAt);
}

export async function untilReady(
  started: StartedProcess,
  { DATA_DIR = '', PORT = '' }: Variables,
  startedAt: number,
): Promise<RunningSystem> {
  await started.shows(/^ready: .*\n[\s\S]*record\.json\n/m);
  const [, postgresPort] = await started.shows(/^The database server listens on 127\.0\.0\.1:(\d+)\.$/m);
  return {
    ...started,
    port: Number(PORT),
    dataDirectory: DATA_DIR,
    readyAfter: Math.round(performance.now() - startedAt),
    postgresPort: Number(postgresPort),
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends the example request. @param whenUnderWay called after the system has accepted the request and before it has the
 * body, so all work is still to be done.
 */
export async function askForRecord(
  { port, dataDirectory }: RunningSystem,
  whenUnderWay: () => Promise<unknown> = async () => undefined,
): Promise<Answer> {
  const body = readFileSync(join(PROJECT, 'examples/record.json'));
  const token = await demoToken(dataDirectory, demoCaller('town-case-worker'), false);
  return new Promise((done, failed) => {
    const asking = request({
      host: '127.0.0.1',
      port,
      path: '/graphql',
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${token}`,
        'access-purpose': 'RISK_ASSESSMENT',
        'access-reference': LEFT_BEHIND_ASSESSMENT,
        'content-type': 'application/json',
        'content-length': body.length,
        expect: '100-continue',
      },
    });
    asking.on('continue', () => whenUnderWay().then(() => asking.end(body), failed));
    asking.on('error', failed);
    asking.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('error', failed).on('end', () => done({ status: response.statusCode ?? 0, body: text }));
    });
    asking.flushHeaders();
  });
}
