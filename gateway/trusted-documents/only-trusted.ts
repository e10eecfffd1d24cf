import type { preHandlerAsyncHookHandler } from 'fastify';
import type { Caller } from '../../shared/domain/caller';
import { failure } from '../../shared/protocol/errors';
import type { Manifest } from './manifest';

/**
 * Returns the body to process. A body with only a hash gets the text of the trusted operation.
 *
 * @throws OPERATION_NOT_TRUSTED for any other operation. Developers may send any, to try out operations of future
 *   clients.
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
    // An invalid request is refused when it is parsed.
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

/** Replaces the hash of a trusted operation by its text. @returns a stage that throws OPERATION_NOT_TRUSTED. */
export function trustedOnly(manifest: Manifest): preHandlerAsyncHookHandler {
  const trusted = onlyTrusted(manifest);
  return async (request) => {
    if (request.caller !== null) request.body = trusted(request.body, request.caller);
  };
}

function hashSent({ documentId, extensions }: Sent): string | undefined {
  const hash = documentId ?? extensions?.persistedQuery?.sha256Hash;
  return typeof hash === 'string' ? hash.replace(/^sha256:/, '').toLowerCase() : undefined;
}

/** Removes the hash: Apollo Server must get a plain operation, not a persisted query. */
function withoutHash({ documentId: _id, ...body }: Sent): Sent {
  const { extensions } = body;
  if (typeof extensions !== 'object' || extensions === null) return body;
  const { persistedQuery: _hash, ...others } = extensions;
  return { ...body, extensions: others };
}
