import { pino } from 'pino';
import { Closing } from '../../shared/cli/closing';
import { readCommandLine } from '../../shared/cli/command-line';
import type { Command } from '../../shared/cli/run-command';
import { stopSignal, untilStopped } from '../../shared/cli/until-stopped';
import type { Environment } from '../../shared/config/environment';
import { logFormerNames } from '../../shared/config/log-former-names';
import { certificateSource } from '../../shared/mtls/certificates';
import { openTelemetry } from '../../shared/telemetry/open-telemetry';
import { httpTransport } from '../agencies/http-transport';
import { agenciesInClear, gatewayConfig } from '../config';
import { openLedger } from '../ledger/open-ledger';
import { type OpenGateway, openGateway } from '../open-gateway';

const USAGE = 'Usage: npm run serve:gateway\n\nSettings are environment variables: docs/operations/deployment.md.';

/** `npm run serve:gateway`: the gateway alone, in front of subgraphs that run elsewhere. */
export const gateway = (environment: Environment): Command => ({
  usage: USAGE,
  failure: 'Not started',
  async run(words) {
    readCommandLine(USAGE, words, {});
    const say = (text: string) => process.stdout.write(`${text}\n`);
    const config = gatewayConfig(environment);
    const stopping = stopSignal(['SIGINT', 'SIGTERM']);
    const log = pino({ level: config.logLevel }, process.stdout);
    logFormerNames(environment, log);
    const closing = new Closing();
    let opened: OpenGateway | undefined;
    process.on('SIGHUP', () => void opened?.lookForGraph());
    const telemetry = await openTelemetry(config.telemetry, 'unified-child-record-gateway', log);
    closing.add(() => telemetry.tracing?.close());
    const certificates = config.certificates && (await certificateSource(config.certificates, log));
    closing.add(async () => certificates?.close());
    const inClear = agenciesInClear(config.subgraphUrls);
    if (inClear.length > 0) log.warn({ agencies: inClear }, 'agencies-without-certificates');
    const gateway = await openGateway({
      config,
      identityProvider: config.identityProvider,
      transports: new Map(
        [...config.subgraphUrls].map(([agency, url]) => [
          agency,
          httpTransport(url, config.agencyLimits, certificates),
        ]),
      ),
      contextPrivateKey: config.contextPrivateKey,
      certificateThumbprint: () => certificates?.current.thumbprint ?? null,
      ledgerKey: config.ledger.settings.signingKey,
      telemetry,
      log,
    });
    const ledger = await openLedger({ ...config.ledger, log });
    closing.add(() => ledger.close());
    closing.add(gateway.close);
    await gateway.serve(ledger);
    opened = gateway;
    say(`ready: http://127.0.0.1:${config.port}/graphql`);
    await untilStopped(closing.close, say, stopping);
  },
});
