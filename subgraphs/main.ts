import { join } from 'node:path';
import { pino } from 'pino';
import { AGENCY_CHOICES, oneAgency } from '../shared/cli/agency-argument';
import { Closing } from '../shared/cli/closing';
import { readCommandLine } from '../shared/cli/command-line';
import { runCommand } from '../shared/cli/run-command';
import { stopSignal, unlessAborted, untilStopped } from '../shared/cli/until-stopped';
import { childIdSettings, derivationsPerMinute } from '../shared/config/child-id-key-setting';
import { contextKeySetting } from '../shared/config/context-key-setting';
import { Environment } from '../shared/config/environment';
import type { Agency } from '../shared/domain/agencies';
import { childIds } from '../shared/domain/child-id';
import { certificateFiles } from '../shared/mtls/certificate-setting';
import { certificateSource } from '../shared/mtls/certificates';
import { contextVerifier } from '../shared/protocol/context-token';
import { LIST_POOL, type RunningSubgraph, startSubgraph } from '../shared/subgraph/start-subgraph';
import type { AnySubgraphDefinition } from '../shared/subgraph/subgraph-definition';
import { subgraphServer } from '../shared/subgraph/subgraph-server';
import {
  agencyDistrict,
  ledgerReaderUrl,
  refuseUnknownAgencies,
  servedDatabase,
} from '../shared/subgraph/subgraph-settings';
import { openTelemetry } from '../shared/telemetry/open-telemetry';
import { telemetrySettings } from '../shared/telemetry/settings';
import { SubgraphMetrics } from '../shared/telemetry/subgraph-metrics';

const environment = new Environment(process.env);
const say = (text: string) => process.stdout.write(`${text}\n`);
const DEFAULT_PORT = 4001;
const USAGE = `Usage: npm run serve:subgraph -- <agency>, ${AGENCY_CHOICES}`;

/** `npm run serve:subgraph -- education`: serves one agency's subgraph on its own. */
async function serve(name: Agency): Promise<void> {
  refuseUnknownAgencies(environment);
  const database = servedDatabase(environment, name);
  const host = environment.optional('HOST') ?? '0.0.0.0';
  const port = environment.integer('PORT', DEFAULT_PORT, 1, 65_535);
  const listConnections = environment.integer('LIST_CONNECTIONS', LIST_POOL, 1, 50);
  const level = environment.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info');
  const publicKey = contextKeySetting(environment, 'public');
  const idSettings = childIdSettings(environment);
  const perMinute = derivationsPerMinute(environment);
  const district = agencyDistrict(environment);
  const { default: definition } = require(join(__dirname, name)) as { default: AnySubgraphDefinition };
  const ledgerUrl = ledgerReaderUrl(environment, definition);
  const ofAgency = definition.settings?.(environment);
  const telemetryConfig = telemetrySettings(environment);
  const files = certificateFiles(environment);
  environment.finish();
  const stopping = stopSignal();

  const log = pino({ level }).child({ agency: name });
  const certificates = files && (await certificateSource(files, log));
  const { tracing, registry, served } = await openTelemetry(telemetryConfig, `unified-child-record-${name}`, log);
  const telemetry = { metrics: registry && new SubgraphMetrics(registry), tracing };
  const closing = new Closing();
  closing.add(() => tracing?.close());
  let running: RunningSubgraph | undefined;
  const app = subgraphServer(() => ({ subgraph: running?.subgraph, db: running?.db }), log, served, certificates);
  await app.listen({ host, port });
  if (database !== undefined) {
    const starting = startSubgraph({
      definition,
      database,
      ledgerUrl,
      district,
      childIds: childIds(idSettings),
      derivationsPerMinute: perMinute,
      verifyContext: contextVerifier(publicKey, name),
      settings: ofAgency,
      listConnections,
      telemetry,
      log,
      onProgress: (written) => log.info({ written }, 'filling the database'),
    });
    running = await unlessAborted(starting, stopping);
  }
  say(`ready: ${name} on port ${port}`);
  closing.add(async () => running?.close());
  closing.add(async () => certificates?.close());
  closing.add(() => app.close());
  await untilStopped(closing.close, say, stopping);
}

void runCommand({
  usage: USAGE,
  failure: 'Not started',
  run: (words) => serve(oneAgency(USAGE, readCommandLine(USAGE, words, { allowPositionals: true }).positionals)),
});
