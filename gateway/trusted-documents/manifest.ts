import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Trusted operations: the texts by their SHA-256 in hexadecimal. */
export type Manifest = ReadonlyMap<string, string>;

const FORMAT = 'apollo-persisted-query-manifest';

/** https://www.apollographql.com/docs/graphos/platform/security/persisted-queries#manifest-format */
const manifestFile = z.object({
  format: z.literal(FORMAT),
  version: z.literal(1),
  operations: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.enum(['query', 'mutation', 'subscription']),
      body: z.string(),
    }),
  ),
});

export type ManifestOperation = z.infer<typeof manifestFile>['operations'][number];

/** The text of a manifest, independent of the order of operations. */
export function writtenManifest(operations: readonly ManifestOperation[]): string {
  const sorted = [
    ...new Map(operations.map(({ id, name, type, body }) => [id, { id, name, type, body }])).values(),
  ].sort((a, b) => (`${a.name} ${a.id}` < `${b.name} ${b.id}` ? -1 : 1));
  return `${JSON.stringify({ format: FORMAT, version: 1, operations: sorted }, null, 2)}\n`;
}

/** @throws if the text is not a manifest, or if an operation does not match its id. */
export function manifestOperations(text: string): readonly ManifestOperation[] {
  const read = manifestFile.safeParse(jsonOf(text));
  if (!read.success) {
    const { path = [], code = '' } = read.error.issues[0] ?? {};
    throw new Error(`The manifest of trusted documents is malformed at ${path.join('.') || 'its root'}: ${code}.`);
  }
  for (const { id, name, body } of read.data.operations) {
    if (id !== hashOf(body)) throw new Error(`The trusted document "${name}" does not match its hash.`);
  }
  return read.data.operations;
}

/** @throws like `manifestOperations`. */
export const readManifest = (text: string): Manifest =>
  new Map(manifestOperations(text).map(({ id, body }) => [id, body]));

/** @param file undefined to allow every operation. */
export async function trustedManifest(file: string | undefined): Promise<Manifest | undefined> {
  return file === undefined ? undefined : readManifest(await readFile(file, 'utf8'));
}

export const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The manifest of trusted documents is not JSON.');
  }
}
