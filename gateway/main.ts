import { pino } from 'pino';
import { stopSignal, untilStopped } from '../shared/cli/until-stopped';
import { dataDirectory } from '../shared/config/data-directory-setting';
import { ConfigurationError, Environment } from '../shared/config/environment';
import { certificateSource } from '../shared/mtls/certificates';
import { contextSigner } from '../shared/protocol/context-token';
import { openTracing } from '../shared/telemetry/open-tracing';
import { processRegistry } from '../shared/telemetry/process-metrics';
import { httpTransport } from './agencies/http-transport';
import { agenciesInClear, embeddedConfig, gatewayConfig } from './config';
import { DEMO_CALLERS } from './embedded/demo-callers';
import { demoToken } from './embedded/identity-provider';
import { createGateway } from './gateway';
import { readGraph } from './graph/graph-files';
import { graphWatch } from './graph/graph-watch';
import { authenticator } from './http/authenticate';
import { LEDGER_COMMANDS } from './ledger/commands';
import type { Command } from './ledger/commands/command';
import { openLedger } from './ledger/open-ledger';
import { ledgerConfig } from './ledger/settings';
import { digestByLedgerKey } from './lookups/number-digest';
import { GatewayMetrics } from './telemetry/metrics';
import { trustedManifest } from './trusted-documents/manifest';

/** The only place of the gateway that touches the process: its environment, arguments, signals and exit. */
const environment = new Environment(process.env);
const [command, ...options] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);
// A terminal or pipe that was closed must not end the process before the requests under way are answered.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  embedded,
  gateway,
  token,
  ...Object.fromEntries(Object.entries(LEDGER_COMMANDS).map(([name, run]) => [name, () => ledger(run)])),
};

async function embedded(): Promise<void> {
  const { agencySettings, startEmbedded } = await import('./embedded/embedded.js');
  const config = embeddedConfig(environment, agencySettings(environment));
  const stopping = stopSignal();
  const system = await startEmbedded(config, pino({ level: config.logLevel }, process.stdout), say, stopping);
  say(`ready: http://127.0.0.1:${system.port}/graphql`);
  if (config.identityProvider === undefined) say(exampleRequest(system.port));
  await untilStopped(system.close, say, stopping);
}

async function gateway(): Promise<void> {
  const config = gatewayConfig(environment);
  const stopping = stopSignal(['SIGINT', 'SIGTERM']);
  const log = pino({ level: config.logLevel }, process.stdout);
  const graphs = graphWatch(config.graph, log);
  process.on('SIGHUP', () => void graphs.look());
  const { traces, metrics: access } = config.telemetry;
  const tracing = await openTracing(traces, 'unified-child-record-gateway', log);
  const registry = access && processRegistry();
  const metrics = registry && new GatewayMetrics(registry);
  const tokens = authenticator({
    identityProvider: config.identityProvider,
    settings: config.tokens,
    onRead: metrics?.onRead,
    log,
  });
  await tokens.start();
  const certificates = config.certificates && (await certificateSource(config.certificates, log));
  const inClear = agenciesInClear(config.subgraphUrls);
  if (inClear.length > 0) log.warn({ agencies: inClear }, 'agencies-without-certificates');
  const running = createGateway({
    comparesChildIdKeys: true,
    ...(await readGraph(await graphs.read())),
    accessMode: config.accessMode,
    trustedProxies: config.trustedProxies,
    transports: new Map(
      [...config.subgraphUrls].map(([agency, url]) => [agency, httpTransport(url, config.agencyLimits, certificates)]),
    ),
    agencyLimits: config.agencyLimits,
    limits: config.limits,
    numberDigest: digestByLedgerKey(config.ledger.settings.signingKey),
    trustedDocuments: await trustedManifest(config.trustedDocumentsFile),
    authenticate: tokens.authenticate,
    signContext: contextSigner(
      config.contextPrivateKey,
      metrics?.caches.contexts,
      () => certificates?.current.thumbprint ?? null,
    ),
    telemetry: { metrics, tracing },
    metrics: access && registry && { registry, access },
    log,
  });
  await running.app.listen({ host: config.host, port: config.port });
  const ledger = await openLedger({ ...config.ledger, log });
  await running.load(ledger);
  graphs.start(running.offer);
  say(`ready: http://127.0.0.1:${config.port}/graphql`);
  const close = () => {
    graphs.stop();
    certificates?.close();
    return running
      .close()
      .finally(() => tokens.close())
      .finally(() => ledger.close())
      .finally(() => tracing?.close());
  };
  await untilStopped(close, say, stopping);
}

/** Prints a token for a demo caller, and nothing else. */
async function token(): Promise<void> {
  const name = options[options.indexOf('--as') + 1];
  const caller = DEMO_CALLERS.find(({ sub }) => sub === name);
  if (!options.includes('--as') || caller === undefined) {
    throw new Error(
      `Usage: npm run -s token -- --as <caller>, where <caller> is one of\n  ${DEMO_CALLERS.map(({ sub }) => sub).join('\n  ')}`,
    );
  }
  say(await demoToken(dataDirectory(environment), caller, environment.production));
}

/** Ends with the command's code: 1 where the ledger is not as it was recorded. */
async function ledger(run: Command): Promise<void> {
  const config = ledgerConfig(environment);
  environment.finish();
  process.exitCode = await run({
    options,
    config,
    dataDirectory: dataDirectory(environment),
    out: process.stdout,
    say,
    now: new Date(),
  });
}

function exampleRequest(port: number): string {
  const directory = environment.optional('DATA_DIR');
  const settings = directory === undefined ? '' : `DATA_DIR='${directory}' `;
  return [
    'Try it, in this folder:',
    `  curl -s http://127.0.0.1:${port}/graphql -H 'content-type: application/json' \\`,
    `    -H "authorization: Bearer $(${settings}npm run -s token -- --as town-case-worker)" \\`,
    "    -H 'access-purpose: RISK_ASSESSMENT' --data @examples/record.json",
  ].join('\n');
}

(
  COMMANDS[command ?? ''] ?? (() => Promise.reject(new Error(`Commands: ${Object.keys(COMMANDS).join(', ')}.`)))
)().catch((error: NodeJS.ErrnoException) => {
  const taken =
    error.code === 'EADDRINUSE' ? 'The port is in use by another process; set PORT to a free one.' : undefined;
  process.stderr.write(
    `${taken ?? (error instanceof ConfigurationError ? error.message : `${command?.startsWith('ledger-') === true ? 'Not done' : 'Not started'}: ${error.message}`)}\n`,
  );
  process.exit(1);
});
