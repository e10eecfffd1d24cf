import { pino } from 'pino';
import { readCommandLine } from '../../shared/cli/command-line';
import type { Command } from '../../shared/cli/run-command';
import { stopSignal, untilStopped } from '../../shared/cli/until-stopped';
import type { Environment } from '../../shared/config/environment';
import { logFormerNames } from '../../shared/config/log-former-names';
import { firstSteps } from './first-steps';

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
    if (config.identityProvider === undefined)
      say(firstSteps({ port: system.port, dataDirectory: environment.optional('DATA_DIR') }));
    await untilStopped(system.close, say, stopping);
  },
});
