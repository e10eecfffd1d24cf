import { join } from 'node:path';
import { pino } from 'pino';
import { embeddedConfig } from '../../gateway/config';
import type { EmbeddedSystem } from '../../gateway/embedded/embedded';
import type { GraphStatus } from '../../gateway/graph/graph-manager';
import { runCommand } from '../../shared/cli/run-command';
import { stopSignal, untilStopped } from '../../shared/cli/until-stopped';
import { Environment } from '../../shared/config/environment';
import { logFormerNames } from '../../shared/config/log-former-names';
import { PROJECT } from '../../shared/config/project-root';
import { type DevArguments, devArguments, USAGE } from './arguments';
import { ComposedGraph } from './composed-graph';
import { afterChange, toldFaults } from './development';
import { startGraphiql } from './graphiql/server';
import { loadError } from './load-error';
import { DevelopedAgency } from './process/developed-agency';
import { processEnvironment } from './process/environment';
import { watchSources } from './source-watch';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** `npm run dev -- education`: runs one agency from source, and the others embedded. */
async function develop({ agency, dataDirectory, graphiqlPort }: DevArguments): Promise<void> {
  const variables = {
    ...process.env,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    ...(dataDirectory !== undefined && { DATA_DIR: dataDirectory }),
  };
  const environment = new Environment(variables);
  if (environment.production) throw new Error('npm run dev does not run with NODE_ENV=production.');
  if (environment.optional('JWKS_URI') !== undefined) {
    throw new Error('JWKS_URI is set, but npm run dev needs the demo callers of the embedded identity provider.');
  }
  const { agencySettings, startEmbedded } = await import('../../gateway/embedded/embedded.js').catch((error) => {
    throw new Error(`the agencies do not load.\n${loadError(error)}`);
  });
  const config = embeddedConfig(environment, agencySettings(environment));
  const stopping = stopSignal();
  const log = pino({ level: config.logLevel }, process.stdout);
  logFormerNames(environment, log);
  const gatewayUrl = `http://127.0.0.1:${config.port}`;

  const developed = new DevelopedAgency({
    agency,
    environment: (port, needs) => processEnvironment(variables, agency, port, needs),
    limits: config.agencyLimits,
    say,
    write: (text) => process.stdout.write(text),
  });
  const graph = new ComposedGraph();
  process.on('exit', () => graph.remove());
  const composition = graph.compose();
  if (composition.outcome === 'FAULTY') say(`${toldFaults(composition.faults)}\nThe committed graph is served.`);

  const graphStatus = async () => (await (await fetch(`${gatewayUrl}/ready`)).json()) as Partial<GraphStatus>;
  const page = await startGraphiql({
    agency,
    port: graphiqlPort,
    gatewayUrl,
    dataDirectory: config.dataDirectory,
    supergraphFile: graph.files.supergraph,
    status: () => developed.status,
    faults: () => graph.faults,
    graphStatus,
  });
  let system: EmbeddedSystem | undefined;
  // A graph that was composed during the start is checked once the gateway has started.
  const lookForGraph = async () => system?.lookForGraph();
  const parts = { agency, developed, graph, lookForGraph, graphStatus, say };
  const watch = await watchSources([join(PROJECT, 'subgraphs', agency), join(PROJECT, 'shared')], (paths) => {
    afterChange(paths, parts).catch((error: Error) => say(`${agency}: ${error.message}`));
  });
  const running = await startEmbedded(
    { ...config, graph: { ...graph.files, reloadSeconds: 0 } },
    log,
    say,
    stopping,
    undefined,
    developed,
  );
  system = running;
  say(`ready: ${gatewayUrl}/graphql`);
  say(`GraphiQL: ${page.url}`);
  say(`${agency}: watching subgraphs/${agency} and shared; stop with Ctrl-C.`);
  const close = async () => {
    await watch.close();
    await page.close();
    await running.close();
  };
  await untilStopped(close, say, stopping);
}

void runCommand({
  usage: USAGE,
  failure: 'Not started',
  run: (words) =>
    develop(devArguments(words)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      throw new Error(`${error.message}; choose another port with PORT or --graphiql-port.`);
    }),
});
