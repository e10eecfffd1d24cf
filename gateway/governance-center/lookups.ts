import type { Logger } from 'pino';
import type { AccessContext } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { CountedLookups } from '../limits/caller-limiter';
import type { AskGovernanceCenter, AskingRequest } from './governance-center';

/** Asks whether a caller may look up that many children by ID number on one day. @throws LOOKUP_LIMIT, LOOKUPS_UNCONFIRMED */
export type ConfirmLookups = (access: AccessContext, counted: CountedLookups, request: AskingRequest) => Promise<void>;

const MUTATION = {
  kind: 'mutation',
  text: `mutation UseLookups($lookups: Int!, $missed: Int!) { useLookups(lookups: $lookups, missed: $missed) }`,
} as const;

/** The governance centre knows the practice in force in the caller's region, and what has been released today. */
export function lookupConfirmation(ask: AskGovernanceCenter, log: Logger): ConfirmLookups {
  return async (access, { lookups, missed }, request) => {
    try {
      const { status, body } = await ask(access, request, MUTATION, { lookups, missed });
      const { code, limit } = body.errors?.[0]?.extensions ?? {};
      if (code === 'LOOKUP_LIMIT') throw failure('LOOKUP_LIMIT', undefined, Number.isInteger(limit) ? { limit } : {});
      if (status !== 200 || body.data?.useLookups !== true) throw new Error(`Answered ${status}.`);
    } catch (error) {
      const { extensions, reason, name } = error as {
        readonly extensions?: { readonly code?: unknown };
        readonly reason?: string;
        readonly name?: string;
      };
      if (extensions?.code === 'LOOKUP_LIMIT') throw error;
      log.warn({ requestId: request.id, agency: 'governance-center', cause: reason ?? name }, 'lookup not confirmed');
      throw failure('LOOKUPS_UNCONFIRMED');
    }
  };
}
