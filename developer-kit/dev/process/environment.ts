import type { AgencyNeeds } from '../../../gateway/embedded/agency-elsewhere';
import { type Agency, enumName } from '../../../shared/domain/agencies';

/**
 * The environment of the developed agency's process: this process's environment, without other services' settings, plus
 * the embedded system's values. Like a subgraph's in docs/operations/deployment.md. The setting that names the key of
 * the pseudonyms is inherited.
 */
export function processEnvironment(
  own: NodeJS.ProcessEnv,
  agency: Agency,
  port: number,
  { database, ledgerUrl, district, contextPublicKey }: AgencyNeeds,
): NodeJS.ProcessEnv {
  const name = enumName(agency);
  const settled: Readonly<Record<string, string | undefined>> = {
    HOST: '127.0.0.1',
    PORT: String(port),
    CONTEXT_PUBLIC_KEY: contextPublicKey,
    [`DATABASE_URL_${name}`]: database.ownerUrl,
    [`READER_DATABASE_URL_${name}`]: database.readerUrl,
    [`WRITER_DATABASE_URL_${name}`]: database.writerUrl,
    LEDGER_READER_DATABASE_URL: ledgerUrl,
    DISTRICT_SIZE: district && String(district.size),
    DISTRICT_SEED: district?.seed,
    DISTRICT_DATE: district?.today,
  };
  // A secret's `_FILE` variable would override the value that is set here.
  const stem = (variable: string) => variable.replace(/_FILE$/, '');
  const kept = Object.entries(own).filter(([variable]) => !(stem(variable) in settled) && !GATEWAY_ONLY.test(variable));
  return Object.fromEntries([...kept, ...Object.entries(settled).filter(([, value]) => value !== undefined)]);
}

/** The gateway's settings, which an agency must not get: a subgraph refuses to start with most of the ledger's. */
const GATEWAY_ONLY = /^(?:LEDGER_|CONTEXT_PRIVATE_KEY)/;
