import type { Logger } from 'pino';
import { UUID } from '../../shared/domain/uuid';
import type { AccessContext } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import { accountChildren } from './account-children';
import type { AskGovernanceCenter, AskingRequest } from './governance-center';

/** Accounts for the children in an emergency answer. @returns the ids of the uses. */
export type UseBreakGlass = (
  access: AccessContext,
  children: readonly string[],
  reason: string,
  request: AskingRequest,
) => Promise<readonly string[]>;

interface Use {
  readonly id: string;
  readonly child: string;
}

/**
 * Records the uses at the governance centre, which counts the caller's unreviewed ones.
 *
 * @returns a function that throws EMERGENCY_REVIEW_DUE for too many unreviewed uses, and EMERGENCY_UNACCOUNTED if the
 *   centre does not confirm the use for every child.
 */
export function emergencyUses(ask: AskGovernanceCenter, log: Logger): UseBreakGlass {
  const account = accountChildren<Use>(ask, log, {
    text: `mutation UseBreakGlass($children: [ID!]!, $reason: String!) {
      useEmergency(children: $children, reason: $reason) { id child }
    }`,
    field: 'useEmergency',
    usedUp: 'EMERGENCY_REVIEW_DUE',
    unaccounted: 'EMERGENCY_UNACCOUNTED',
    childOf: ({ child }) => child,
  });
  return async (access, children, reason, request) => {
    const uses = await account(access, children, { reason }, request);
    // For the ledger.
    if (!uses.every(({ id }) => UUID.test(id))) throw failure('EMERGENCY_UNACCOUNTED');
    return uses.map(({ id }) => id);
  };
}
