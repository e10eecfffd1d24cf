import type { Environment } from '../config/environment';
import type { CertificateFiles } from './certificates';

const SETTINGS = ['MTLS_CA_FILE', 'MTLS_CERTIFICATE_FILE', 'MTLS_KEY_FILE'] as const;

/** Reads the paths of all three files; undefined without mutual TLS. Adds faults to the environment. */
export function certificateFiles(environment: Environment): CertificateFiles | undefined {
  const [ca, certificate, key] = SETTINGS.map((name) => environment.optional(name));
  if (ca !== undefined && certificate !== undefined && key !== undefined) return { ca, certificate, key };
  const given = ca ?? certificate ?? key;
  if (given !== undefined) environment.fault(`${SETTINGS.join(', ')} must be set together, or not at all.`);
  return undefined;
}
