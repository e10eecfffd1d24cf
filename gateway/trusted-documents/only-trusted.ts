import type { Caller } from '../../shared/domain/caller';
import { failure } from '../../shared/protocol/errors';
import type { Manifest } from './manifest';

/**
 * The body to go on with: one that has the text of a known operation, where only its hash was sent.
 *
 * @throws OPERATION_NOT_TRUSTED for any other operation, except of developers, who try out what clients will send.
 */
export type OnlyTrusted = (body: unknown, caller: Caller) => unknown;

interface Sent {
  readonly query?: unknown;
  /** https://github.com/graphql/graphql-over-http: appendix on persisted documents */
  readonly documentId?: unknown;
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash?: unknown } } | null;
}

export function onlyTrusted(manifest: Manifest): OnlyTrusted {
  const texts = new Set(manifest.values());
  return (body, caller) => {
    // What is no request at all is told so by whoever reads it.
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
    const { query, ...rest } = withoutHash(body);
    if (query === undefined || query === null) {
      const known = manifest.get(hashSent(body) ?? '');
      if (known === undefined) throw failure('OPERATION_NOT_TRUSTED');
      return { ...rest, query: known };
    }
    const mayRun = typeof query !== 'string' || texts.has(query) || caller.roles.includes('developer');
    if (!mayRun) throw failure('OPERATION_NOT_TRUSTED');
    return { ...rest, query };
  };
}

function hashSent({ documentId, extensions }: Sent): string | undefined {
  const hash = documentId ?? extensions?.persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? hash.replace(/^sha256:/, '').toLowerCase() : undefined;
}

/** The engine is asked for the text that was found, and not once more for a persisted one. */
function withoutHash({ documentId: _id, ...body }: Sent): Sent {
  const { extensions } = body;
  if (typeof extensions !== 'object' || extensions === null) return body;
  const { persistedQuery: _hash, ...others } = extensions;
  return { ...body, extensions: others };
}
