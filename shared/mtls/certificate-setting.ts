import type { Environment } from '../config/environment';
import type { CertificateFiles } from './certificates';

const SETTINGS = ['MTLS_CA_FILE', 'MTLS_CERTIFICATE_FILE', 'MTLS_KEY_FILE'] as const;

/** The paths of all three files, or undefined without mutual TLS. Leaves faults with the environment. */
export function certificateFiles(environment: Environment): CertificateFiles | undefined {
  const [ca, certificate, key] = SETTINGS.map((name) => environment.optional(name));
  if (ca !== undefined && certificate !== undefined && key !== undefined) return { ca, certificate, key };
  const given = ca ?? certificate ?? key;
  if (given !== undefined) environment.fault(`${SETTINGS.join(', ')} are set together, or not at all.`);
  return undefined;
}
