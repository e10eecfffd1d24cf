import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { type Grant, grant } from '../../shared/access/grant';
import type { AccessContext } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { AskGovernanceCenter, AskingRequest } from './governance-center';

/** What a reference covers for a caller, and who at the caller's agency confirmed it. */
export interface ConfirmedGrant {
  readonly grant: Grant;
  /** `sub` of the responsible person: for the ledger, not for rules. */
  readonly confirmedBy: string;
}

/** Resolves a request's reference for its caller; null for a purpose without one. */
export type ResolveGrant = (access: AccessContext, request: AskingRequest) => Promise<ConfirmedGrant | null>;

/** How long a grant is remembered: access lasts this long after a case is removed from a docket. */
const LIFETIME_MILLISECONDS = 30_000;
const REMEMBERED_GRANTS = 10_000;

const QUERY = {
  kind: 'query',
  text: `query Grant($kind: ReferenceKind!, $id: ID!) {
    grant(kind: $kind, id: $id) {
      kind meetingKind children cases meetings tasks assignments clues visitsSchool confirmedBy
    }
  }`,
} as const;

/**
 * Asks the governance centre what a reference covers; its own rules decide for whom.
 *
 * @returns a function that throws ACCESS_REFERENCE_REFUSED, alike for an unknown reference and for one that is
 *   not the caller's, and ACCESS_REFERENCE_UNVERIFIED if the centre does not answer.
 */
export function grantResolver(askGovernanceCenter: AskGovernanceCenter, log: Logger): ResolveGrant {
  const known = new LRUCache<string, ConfirmedGrant>({ max: REMEMBERED_GRANTS, ttl: LIFETIME_MILLISECONDS });
  return async (access, request) => {
    const { caller, purpose, reference } = access;
    if (reference === null) return null;
    const key = JSON.stringify([caller, purpose, reference]);
    const remembered = known.get(key);
    if (remembered !== undefined) return remembered;

    const answer = await ask(access, request);
    if (answer === null) throw failure('ACCESS_REFERENCE_REFUSED');
    known.set(key, answer);
    return answer;
  };

  async function ask(access: AccessContext, request: AskingRequest): Promise<ConfirmedGrant | null> {
    const { reference } = access;
    try {
      const variables = { kind: reference?.kind.toUpperCase(), id: reference?.id };
      const { status, body } = await askGovernanceCenter(access, request, QUERY, variables);
      if (status !== 200 || body.errors !== undefined || body.data == null) throw new Error(`Answered ${status}.`);
      const answer = body.data.grant as
        | (Grant & { readonly meetingKind: unknown; readonly confirmedBy: unknown })
        | null;
      if (answer === null) return null;
      const { meetingKind, confirmedBy, ...rest } = answer;
      if (typeof confirmedBy !== 'string') throw new Error('Nobody has confirmed it.');
      return {
        grant: grant.parse({ ...rest, kind: rest.kind.toLowerCase(), ...(meetingKind !== null && { meetingKind }) }),
        confirmedBy,
      };
    } catch (error) {
      const { reason, name } = error as { reason?: string; name?: string };
      log.warn({ requestId: request.id, agency: 'governance-center', cause: reason ?? name }, 'reference not verified');
      throw failure('ACCESS_REFERENCE_UNVERIFIED');
    }
  }
}
