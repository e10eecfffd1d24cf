import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { thumbprintOf } from '../../shared/mtls/certificates';

/** A certificate with its key, PEM. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
  readonly thumbprint: string;
}

/** A certificate authority that only a test knows. */
export interface TestAuthority {
  /** PEM. */
  readonly ca: string;
  /**
   * Issues a certificate for a server or client, by default for 127.0.0.1 and localhost. @param validFor milliseconds
   * from now.
   */
  issue(name: string, terms?: { readonly validFor?: number; readonly host?: string }): MadeCertificate;
}

/** Issues real certificates (RFC 5280) on the curve P-256, without external programs. */
export function testAuthority(name = 'test authority'): TestAuthority {
  const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certified = (subject: string, publicKey: KeyObject, validFor: number, extensions: readonly Buffer[]) =>
    certificate({ subject, issuer: name, publicKey, signingKey: own.privateKey, validFor, extensions });
  const isAuthority = extension('551d13', sequence(element(0x01, Buffer.from([0xff]))));
  return {
    ca: certified(name, own.publicKey, DAY, [isAuthority]),
    issue(subject, { validFor = DAY, host } = {}) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const cert = certified(subject, publicKey, validFor, [
        extension('551d11', host === undefined ? LOCAL_NAMES : sequence(dns(host))),
      ]);
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      return { cert, key, thumbprint: thumbprintOf(new X509Certificate(cert)) };
    },
  };
}

const DAY = 86_400_000;
let serial = 0;

interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly validFor: number;
  readonly extensions: readonly Buffer[];
}

// Private: DER (ITU-T X.690)

function element(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...contents: readonly Buffer[]) => element(0x30, ...contents);
const oid = (hex: string) => element(0x06, Buffer.from(hex, 'hex'));
const nameOf = (text: string) =>
  sequence(element(0x31, sequence(oid('550403'), element(0x0c, Buffer.from(text, 'utf8')))));
const utcTime = (time: number) =>
  element(0x17, Buffer.from(`${new Date(time).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));
const extension = (id: string, content: Buffer) => sequence(oid(id), element(0x04, content));
const dns = (host: string) => element(0x82, Buffer.from(host));
const LOCAL_NAMES = sequence(dns('localhost'), element(0x87, Buffer.from([127, 0, 0, 1])));
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));

function certificate({ subject, issuer, publicKey, signingKey, validFor, extensions }: Content): string {
  serial += 1;
  const now = Date.now();
  const content = sequence(
    element(0xa0, element(0x02, Buffer.from([2]))),
    element(0x02, Buffer.from([1, serial >> 8, serial & 0xff])),
    ECDSA_WITH_SHA256,
    nameOf(issuer),
    sequence(utcTime(now - DAY), utcTime(now + validFor)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(...extensions)),
  );
  const signature = element(0x03, Buffer.from([0]), sign('sha256', content, signingKey));
  const base64 = sequence(content, ECDSA_WITH_SHA256, signature).toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}
