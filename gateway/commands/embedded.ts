import { pino } from 'pino';
import { readCommandLine } from '../../shared/cli/command-line';
import type { Command } from '../../shared/cli/run-command';
import { stopSignal, untilStopped } from '../../shared/cli/until-stopped';
import type { Environment } from '../../shared/config/environment';
import { logFormerNames } from '../../shared/config/log-former-names';

const USAGE = 'Usage: npm start\n\nSettings are environment variables: docs/operations/deployment.md.';

/** `npm start`: the whole system in one process. */
export const embedded = (environment: Environment): Command => ({
  usage: USAGE,
  failure: 'Not started',
  async run(words) {
    readCommandLine(USAGE, words, {});
    const { embeddedConfig } = await import('../config.js');
    const { agencySettings, startEmbedded } = await import('../embedded/embedded.js');
    const config = embeddedConfig(environment, agencySettings(environment));
    const say = (text: string) => process.stdout.write(`${text}\n`);
    const stopping = stopSignal();
    const log = pino({ level: config.logLevel }, process.stdout);
    logFormerNames(environment, log);
    const system = await startEmbedded(config, log, say, stopping);
    say(`ready: http://127.0.0.1:${system.port}/graphql`);
    if (config.identityProvider === undefined) say(exampleRequest(environment, system.port));
    await untilStopped(system.close, say, stopping);
  },
});

function exampleRequest(environment: Environment, port: number): string {
  const directory = environment.optional('DATA_DIR');
  const settings = directory === undefined ? '' : `DATA_DIR='${directory}' `;
  return [
    'Try it, in this folder:',
    `  curl -s http://127.0.0.1:${port}/graphql -H 'content-type: application/json' \\`,
    `    -H "authorization: Bearer $(${settings}npm run -s token -- --as town-case-worker)" \\`,
    "    -H 'access-purpose: RISK_ASSESSMENT' --data @examples/record.json",
  ].join('\n');
}
