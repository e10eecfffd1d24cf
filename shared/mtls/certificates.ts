import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Logger } from 'pino';

/** Paths of files in PEM. */
export interface CertificateFiles {
  /** The authorities that sign the certificates of gateway and agencies; two during a change of authority. */
  readonly ca: string;
  /** This service's certificate, with any intermediate certificates. */
  readonly certificate: string;
  readonly key: string;
}

/** The validated content of the files. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly thumbprint: string;
}

/** A service's certificates, reloaded when their files change. */
export interface CertificateSource {
  readonly current: Certificates;
  /** @param listener receives each later version. */
  onChange(listener: (next: Certificates) => void): void;
  /** Checks the files at once; resolves when a change is in use or refused. */
  look(): Promise<void>;
  close(): void;
}

const EVERY_MILLISECONDS = 10_000;

/**
 * Reads the files, and checks them for changes every ten seconds. Ignores files that do not belong together, as during a
 * replacement.
 *
 * @throws if they cannot be used at first.
 */
export async function certificateSource(files: CertificateFiles, log: Logger): Promise<CertificateSource> {
  const listeners: ((next: Certificates) => void)[] = [];
  let current = await readCertificates(files);
  let refused = false;
  const look = async () => {
    try {
      const next = await readCertificates(files);
      refused = false;
      if (next.ca === current.ca && next.cert === current.cert && next.key === current.key) return;
      current = next;
      for (const listener of listeners) listener(next);
      log.info('certificates-replaced');
    } catch (error) {
      if (!refused) log.error({ fault: (error as Error).message }, 'certificates-refused');
      refused = true;
    }
  };
  const timer = setInterval(() => void look(), EVERY_MILLISECONDS).unref();
  return {
    get current() {
      return current;
    },
    onChange: (listener) => void listeners.push(listener),
    look,
    close: () => clearInterval(timer),
  };
}

/** The claim `x5t#S256` (RFC 8705 section 3.1): SHA-256 of the certificate in DER, base64url. */
export const thumbprintOf = ({ raw }: { readonly raw: Buffer }): string =>
  createHash('sha256').update(raw).digest('base64url');

/** @throws an Error that names the setting and nothing of the files' content. */
async function readCertificates(files: CertificateFiles): Promise<Certificates> {
  const [ca, cert, key] = await Promise.all([
    read('MTLS_CA_FILE', files.ca),
    read('MTLS_CERTIFICATE_FILE', files.certificate),
    read('MTLS_KEY_FILE', files.key),
  ]);
  attempt('MTLS_CA_FILE does not contain a certificate in PEM.', () => new X509Certificate(ca));
  const own = attempt('MTLS_CERTIFICATE_FILE does not contain a certificate in PEM.', () => new X509Certificate(cert));
  const privateKey = attempt('MTLS_KEY_FILE does not contain a private key in PEM.', () => createPrivateKey(key));
  if (!own.checkPrivateKey(privateKey)) throw new Error('MTLS_KEY_FILE is not the key of MTLS_CERTIFICATE_FILE.');
  if (Date.parse(own.validTo) <= Date.now()) throw new Error('The certificate of MTLS_CERTIFICATE_FILE has expired.');
  attempt('The certificates of the MTLS_ files cannot be used.', () => createSecureContext({ ca, cert, key }));
  return Object.freeze({ ca, cert, key, thumbprint: thumbprintOf(own) });
}

function read(setting: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => {
    throw new Error(`${setting} cannot be read.`);
  });
}

function attempt<Result>(otherwise: string, work: () => Result): Result {
  try {
    return work();
  } catch {
    throw new Error(otherwise);
  }
}

/** Thumbprint of a client without a verified certificate; no context is bound to it. */
const UNVERIFIED = '';

/** @returns a function from a connection to its client's thumbprint, computed once per connection; null if unencrypted. */
export function clientCertificates(): (socket: Socket) => string | null {
  const known = new WeakMap<Socket, string>();
  return (socket) => {
    if (!(socket instanceof TLSSocket)) return null;
    let thumbprint = known.get(socket);
    if (thumbprint === undefined) {
      const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined;
      thumbprint = certificate === undefined ? UNVERIFIED : thumbprintOf(certificate);
      known.set(socket, thumbprint);
    }
    return thumbprint;
  };
}
