/** Reasons why the keys or the list of revocations could not be read. */
export const READ_FAULTS = [
  'DNS',
  'CONNECTION',
  /** The certificate is untrusted, has expired or is for another host. */
  'TLS',
  'TIMED_OUT',
  'HTTP_STATUS',
  'TOO_LARGE',
  /** The file does not exist or cannot be read. */
  'FILE',
  'NOT_JSON',
  /** JSON, but not of the documented form. */
  'MALFORMED',
  'OTHER',
] as const;
export type ReadFault = (typeof READ_FAULTS)[number];

/** A text that was read but is not valid. */
export class ContentFault extends Error {
  readonly fault: 'NOT_JSON' | 'MALFORMED';

  constructor(fault: 'NOT_JSON' | 'MALFORMED') {
    super(`The content is ${fault}.`);
    this.fault = fault;
  }
}

/** @throws ContentFault */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ContentFault('NOT_JSON');
  }
}

/** The reason, and the code from the operating system or OpenSSL, such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
export function readFaultOf(error: unknown): { readonly fault: ReadFault; readonly code: string | undefined } {
  if (error instanceof ContentFault) return { fault: error.fault, code: undefined };
  const { code, name } = error as { readonly code?: unknown; readonly name?: string };
  const text = typeof code === 'string' ? code : (name ?? '');
  return { fault: FAULTS.find(([pattern]) => pattern.test(text))?.[1] ?? 'OTHER', code: text };
}

/** Matches codes of Node.js, undici and OpenSSL's certificate verification. */
const FAULTS: readonly (readonly [RegExp, ReadFault])[] = [
  [/^(?:ENOTFOUND|EAI_)/, 'DNS'],
  [/^(?:TimeoutError|ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/, 'TIMED_OUT'],
  [/^(?:ECONN|EHOST|ENET|EPIPE|UND_ERR_SOCKET)/, 'CONNECTION'],
  [/CERT|_ISSUER|_SIGNATURE|^(?:ERR_(?:TLS|SSL)|EPROTO)/, 'TLS'],
  [/^HTTP_/, 'HTTP_STATUS'],
  [/^TOO_LARGE$/, 'TOO_LARGE'],
  [/^(?:ENOENT|EACCES|EISDIR|EPERM|EIO)$/, 'FILE'],
];
