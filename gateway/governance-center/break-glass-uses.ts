import type { Logger } from 'pino';
import { UUID } from '../../shared/domain/uuid';
import type { AccessContext } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { AskGovernanceCenter, AskingRequest } from './governance-center';

/** Accounts for the children in an emergency answer. @returns the ids of the uses. */
export type UseBreakGlass = (
  access: AccessContext,
  children: readonly string[],
  reason: string,
  request: AskingRequest,
) => Promise<readonly string[]>;

const MUTATION = {
  kind: 'mutation',
  text: `mutation UseBreakGlass($children: [ID!]!, $reason: String!) {
    useEmergency(children: $children, reason: $reason) { id child }
  }`,
} as const;

/**
 * Records the uses at the governance centre, which counts the caller's unreviewed ones.
 *
 * @returns a function that throws EMERGENCY_REVIEW_DUE for too many unreviewed uses, and EMERGENCY_UNACCOUNTED if the
 *   centre does not confirm the use for every child.
 */
export function emergencyUses(ask: AskGovernanceCenter, log: Logger): UseBreakGlass {
  return async (access, children, reason, request) => {
    if (children.length === 0) return [];
    try {
      const { status, body } = await ask(access, request, MUTATION, { children, reason });
      const [error] = body.errors ?? [];
      if (error?.extensions?.code === 'EMERGENCY_REVIEW_DUE') throw failure('EMERGENCY_REVIEW_DUE');
      const uses = body.data?.useEmergency as readonly { readonly id: string; readonly child: string }[] | null;
      if (status !== 200 || error !== undefined || uses == null) throw new Error(`Answered ${status}.`);
      const accounted = new Set(uses.map(({ child }) => child));
      if (!children.every((child) => accounted.has(child))) throw new Error('A child is not accounted for.');
      if (!uses.every(({ id }) => UUID.test(id))) throw new Error('A use has no id.');
      return uses.map(({ id }) => id);
    } catch (error) {
      const {
        extensions,
        reason: fault,
        name,
      } = error as { extensions?: { code?: unknown }; reason?: string; name?: string };
      if (extensions?.code === 'EMERGENCY_REVIEW_DUE') throw error;
      log.warn(
        { requestId: request.id, agency: 'governance-center', cause: fault ?? name },
        'emergency access not accounted for',
      );
      throw failure('EMERGENCY_UNACCOUNTED');
    }
  };
}
