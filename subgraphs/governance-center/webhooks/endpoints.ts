import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigurationError } from '../../../shared/config/environment';
import { REGION_CODE } from '../../../shared/domain/regions';
import { NOTICE_KINDS, type NoticeKind } from './notice';

/** A receiver of notices. */
export interface Endpoint {
  /** The name in deliveries and in the log. */
  readonly name: string;
  readonly url: string;
  /** The signing keys: one, or two during a replacement. */
  readonly secrets: readonly Buffer[];
  /** Undefined for all kinds. */
  readonly kinds: readonly NoticeKind[] | undefined;
  /** Only notices of this region; undefined for all. */
  readonly region: string | undefined;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const SECRET_BYTES = { least: 32, most: 64 };

/** The schema of the endpoints file. @param folder of the file, for relative paths of secrets. */
function endpointsFile(folder: string) {
  const names = new Set<string>();
  const first = (name: string) => names.size < names.add(name).size;
  const endpoint = z
    .strictObject({
      name: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')
        .refine(first, 'is taken'),
      url: z.string().superRefine((text, check) => {
        const fault = urlFault(text);
        if (fault !== undefined) check.addIssue(fault);
      }),
      secretFiles: z.array(secretFile(folder)).min(1).max(2),
      kinds: z.array(z.enum(NOTICE_KINDS)).min(1).optional(),
      region: z.string('must be a region code in quotes').regex(REGION_CODE, 'must be a region code').optional(),
    })
    .transform(
      ({ name, url, secretFiles, kinds, region }): Endpoint => ({ name, url, secrets: secretFiles, kinds, region }),
    );
  return z.strictObject({ endpoints: z.array(endpoint) });
}

/** A file with a secret in the form of Standard Webhooks: `whsec_` and the Base64 of its bytes. */
const secretFile = (folder: string) =>
  z.string().transform((file, check) => {
    const text = textOf(resolve(folder, file));
    const secret = Buffer.from(/^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text?.trim() ?? '')?.[1] ?? '', 'base64');
    if (text === undefined) check.addIssue('cannot be read');
    else if (secret.length < SECRET_BYTES.least || secret.length > SECRET_BYTES.most) {
      check.addIssue(`must hold whsec_ and the Base64 of ${SECRET_BYTES.least} to ${SECRET_BYTES.most} bytes`);
    }
    return secret;
  });

/**
 * The receivers in a YAML file (docs/guides/webhooks.md); none without a file.
 *
 * @throws ConfigurationError with every fault but no value of the file, because each could be a misplaced secret.
 */
export function webhookEndpoints(file: string | undefined): readonly Endpoint[] {
  if (file === undefined) return [];
  const { data, error } = endpointsFile(dirname(file)).safeParse(contentOf(file));
  if (error === undefined) return data.endpoints;
  throw new ConfigurationError(
    error.issues.map(({ path, message }) => `Webhooks: ${path.join('.') || 'the file'}: ${message}.`),
  );
}

/** Reports only the line and code of a syntax error, because the parser's messages quote the file. */
function contentOf(file: string): unknown {
  const text = textOf(file);
  if (text === undefined) throw new ConfigurationError(['Webhooks: the file cannot be read.']);
  const document = parseDocument(text);
  const faults = [...document.errors, ...document.warnings].map(
    ({ code, linePos }) => `Webhooks: line ${linePos?.[0].line ?? '?'} is not understood (${code}).`,
  );
  if (faults.length > 0) throw new ConfigurationError(faults);
  try {
    return document.toJS();
  } catch {
    throw new ConfigurationError(['Webhooks: an alias of the file leads nowhere.']);
  }
}

function urlFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'must be a URL';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
    return 'must be https, or http to this machine';
  }
  return url.username !== '' || url.password !== '' || url.hash !== ''
    ? 'must have neither user, password nor fragment'
    : undefined;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
