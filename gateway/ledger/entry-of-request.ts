import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../shared/domain/caller';
import type { Reference } from '../../shared/domain/purpose';
import { documentCache } from '../../shared/protocol/document-cache';
import { isErrorCode } from '../../shared/protocol/errors';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';

/** Facts about a request from outside of it. */
export interface EntryFacts {
  /** Version of the rules. */
  readonly rules: string;
  /** By the gateway's clock. */
  readonly time: Date;
}

/** The entry of a finished request. Of the operation, it contains only name and hash. */
export function entryOf(
  request: FastifyRequest,
  reply: FastifyReply,
  facts: EntryFacts,
  payload: unknown,
): LedgerEntry {
  return {
    ...beginningOf(request, facts),
    stage: 'ended',
    ...(request.context?.accesses.summary() ?? NOBODY),
    outcome: { status: reply.statusCode, codes: codesOf(request, reply, payload) },
    milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    lookups: request.lookups?.summary() ?? null,
  };
}

/** The entry before a mutation is carried out, so that it leaves a trace even if the gateway dies meanwhile. */
export function beginningOf(request: FastifyRequest, { rules, time }: EntryFacts): LedgerEntry {
  const { id, peer, caller, stated, approvedBy, emergencyUses, context, body } = request;
  return {
    v: 2,
    requestId: id,
    stage: 'begun',
    time: time.toISOString(),
    peer,
    requests: 1,
    caller: callerOf(caller),
    purpose: stated?.purpose ?? null,
    reference: stated && written(stated.reference),
    approvedBy,
    operation: {
      kind: context?.operation?.kind ?? null,
      name: context?.operation?.name ?? null,
      hash: operationHash(body),
    },
    rules,
    ...NOBODY,
    emergency: stated && stated.reason !== null ? { reason: stated.reason, uses: emergencyUses } : null,
    outcome: null,
    milliseconds: null,
    lookups: null,
  };
}

export function callerOf(caller: Caller | null): LedgerEntry['caller'] {
  return caller && { id: caller.sub, agency: caller.agency, roles: caller.roles, region: caller.region };
}

/** Codes of refusals before execution, which are only in the answer. */
function codesOf({ errorCodes }: FastifyRequest, { statusCode }: FastifyReply, payload: unknown): readonly string[] {
  if (errorCodes.length > 0 || statusCode < 400 || typeof payload !== 'string') return errorCodes;
  try {
    const { errors } = JSON.parse(payload) as { errors?: { extensions?: { code?: unknown } }[] };
    return [...new Set((errors ?? []).map(({ extensions }) => extensions?.code).filter(isErrorCode))];
  } catch {
    return errorCodes;
  }
}

const NOBODY: Pick<LedgerEntry, 'children' | 'looks'> = { children: [], looks: [] };

const written = (reference: Reference | null): string | null => reference && `${reference.kind}/${reference.id}`;

const hashes = documentCache<string>();

/** SHA-256 of the operation's text in hexadecimal, as in federation clients and manifests of operations. */
function operationHash(body: unknown): string | null {
  const query = (body as { query?: unknown } | null | undefined)?.query;
  if (typeof query !== 'string') return null;
  let digest = hashes.get(query);
  if (digest === undefined) {
    digest = hash('sha256', query, 'hex');
    hashes.set(query, digest);
  }
  return digest;
}
