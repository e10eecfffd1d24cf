import type { AgencyNeeds } from '../../../gateway/embedded/agency-elsewhere';
import { type Agency, enumName } from '../../../shared/domain/agencies';

/**
 * The environment of the agency's own process, as docs/operations/deployment.md has it for a subgraph: what this process was given, but
 * for what is another's, and what the embedded system has settled. Where the key of pseudonyms comes from is among what was given.
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
  // Of a secret, the file would be read in the place of what is settled here.
  const stem = (variable: string) => variable.replace(/_FILE$/, '');
  const kept = Object.entries(own).filter(([variable]) => !(stem(variable) in settled) && !GATEWAY_ONLY.test(variable));
  return Object.fromEntries([...kept, ...Object.entries(settled).filter(([, value]) => value !== undefined)]);
}

/** The gateway's settings, which no agency may be given: a subgraph refuses to start with most of the ledger's. */
const GATEWAY_ONLY = /^(?:LEDGER_|CONTEXT_PRIVATE_KEY)/;
