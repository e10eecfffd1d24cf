import { readFile } from 'node:fs/promises';
import { type Dispatcher, request } from 'undici';

/** A text that can change: a file, or the response of a URL. */
export interface FileSource {
  /** The setting with its path or URL. */
  readonly name: string;
  /** @throws an error with a code for the cause and nothing of the text. */
  read(): Promise<string>;
}

/** @param dispatcher opens the connections of a URL that needs its own connection settings. */
export function fileSource(name: string, location: string | URL, dispatcher?: Dispatcher): FileSource {
  return {
    name,
    read: typeof location === 'string' ? () => readFile(location, 'utf8') : conditionalGet(location, dispatcher),
  };
}

const TIMEOUT_MILLISECONDS = 5_000;
const LIMIT_BYTES = 16 * 1024 * 1024;

/** Sends If-None-Match (RFC 9110, section 13.1.2) with the last version. Does not follow redirects. */
function conditionalGet(url: URL, dispatcher?: Dispatcher): FileSource['read'] {
  let last: { readonly text: string; readonly etag: string } | undefined;
  return async () => {
    const { statusCode, headers, body } = await request(url, {
      headers: { ...(last && { 'if-none-match': last.etag }) },
      ...(dispatcher && { dispatcher }),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of body) {
      size += part.length;
      if (size > LIMIT_BYTES) throw new SourceFault('TOO_LARGE');
      parts.push(part);
    }
    if (statusCode === 304 && last !== undefined) return last.text;
    if (statusCode !== 200) throw new SourceFault(`HTTP_${statusCode}`);
    const text = Buffer.concat(parts).toString('utf8');
    const { etag } = headers;
    last = typeof etag === 'string' ? { text, etag } : undefined;
    return text;
  };
}

class SourceFault extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`The source cannot be used: ${code}.`);
    this.code = code;
  }
}
