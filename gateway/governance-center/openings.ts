import type { Logger } from 'pino';
import type { AccessContext } from '../../shared/protocol/context-token';
import { accountChildren } from './account-children';
import type { AskGovernanceCenter, AskingRequest } from './governance-center';

/**
 * Accounts for the children whom an answer opens.
 *
 * @param enforced whether the answer may be withheld.
 * @throws OPENINGS_USED_UP with the `limit`, OPENINGS_UNACCOUNTED
 */
export type AccountForOpenings = (
  access: AccessContext,
  children: readonly string[],
  enforced: boolean,
  request: AskingRequest,
) => Promise<void>;

/** Adds them at the governance centre, which counts each child once a day. */
export function openings(ask: AskGovernanceCenter, log: Logger): AccountForOpenings {
  const account = accountChildren<string>(ask, log, {
    text: `mutation UseOpenings($children: [ID!]!, $enforced: Boolean!) {
      useOpenings(children: $children, enforced: $enforced)
    }`,
    field: 'useOpenings',
    usedUp: 'OPENINGS_USED_UP',
    unaccounted: 'OPENINGS_UNACCOUNTED',
    childOf: (child) => child,
  });
  return async (access, children, enforced, request) => {
    await account(access, children, { enforced }, request);
  };
}
