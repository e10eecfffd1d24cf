import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../shared/domain/caller';
import type { Reference } from '../../shared/domain/purpose';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';

/** Facts for an entry that the request does not carry. */
export interface EntryFacts {
  /** Version of the rules. */
  readonly rules: string;
  /** By the gateway's clock. */
  readonly time: Date;
}

/** The entry of a finished request. Contains only the name and hash of its operation. */
export function entryOf(request: FastifyRequest, reply: FastifyReply, facts: EntryFacts): LedgerEntry {
  return {
    ...beginningOf(request, facts),
    stage: 'ended',
    ...(request.context?.accesses.summary() ?? NOBODY),
    outcome: { status: reply.statusCode, codes: request.errorCodes },
    milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    lookups: request.lookups?.summary() ?? null,
  };
}

/** The entry before a mutation runs, so that it leaves a trace even if the gateway dies meanwhile. */
export function beginningOf(request: FastifyRequest, { rules, time }: EntryFacts): LedgerEntry {
  const { id, peer, caller, stated, approvedBy, emergencyUses, context } = request;
  const operation = context?.operation?.operation;
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
      kind: operation === undefined || operation.operation === 'subscription' ? null : operation.operation,
      name: operation?.name?.value ?? null,
      hash: operationHash(request),
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

const NOBODY: Pick<LedgerEntry, 'children' | 'looks'> = { children: [], looks: [] };

const written = (reference: Reference | null): string | null => reference && `${reference.kind}/${reference.id}`;

/** SHA-256 of the operation's text in hexadecimal, as in persisted queries and manifests of operations. */
function operationHash({ operation, body }: FastifyRequest): string | null {
  if (operation !== null) return operation.prepared.hash;
  const query = (body as { query?: unknown } | null | undefined)?.query;
  return typeof query === 'string' ? hash('sha256', query, 'hex') : null;
}
