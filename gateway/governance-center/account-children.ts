import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { AccessContext } from '../../shared/protocol/context-token';
import { type ErrorCode, failure } from '../../shared/protocol/errors';
import type { AskGovernanceCenter, AskingRequest } from './governance-center';

/** How the governance centre accounts for the children in an answer, and with which codes it refuses. */
export interface Accounting<Row> {
  /** The centre's internal mutation, with the variable `$children`. */
  readonly text: string;
  /** Its field. */
  readonly field: string;
  /** The code with which the centre refuses: the caller has used up what may be opened. */
  readonly usedUp: ErrorCode;
  /** The code of an answer that cannot be accounted for. */
  readonly unaccounted: ErrorCode;
  /** The child of a row that the centre answers. */
  readonly childOf: (row: Row) => string;
}

/** Accounts for the children in an answer. @returns the centre's rows, one for each child at least. */
export type AccountFor<Row> = (
  access: AccessContext,
  children: readonly string[],
  variables: Readonly<Record<string, unknown>>,
  request: AskingRequest,
) => Promise<readonly Row[]>;

/** @returns a function that throws `usedUp` with the centre's `limit`, and `unaccounted` if the centre does not confirm each child. */
export function accountChildren<Row>(
  ask: AskGovernanceCenter,
  log: Logger,
  { text, field, usedUp, unaccounted, childOf }: Accounting<Row>,
): AccountFor<Row> {
  return async (access, children, variables, request) => {
    if (children.length === 0) return [];
    try {
      const { status, body } = await ask(access, request, { kind: 'mutation', text }, { children, ...variables });
      const [error] = body.errors ?? [];
      if (error?.extensions?.code === usedUp) throw failure(usedUp, undefined, limitOf(error.extensions));
      const rows = body.data?.[field] as readonly Row[] | null | undefined;
      if (status !== 200 || error !== undefined || rows == null) throw new Error(`Answered ${status}.`);
      const accounted = new Set(rows.map(childOf));
      if (!children.every((child) => accounted.has(child))) throw new Error('A child is not accounted for.');
      return rows;
    } catch (error) {
      const { extensions, reason, name } = error as Partial<GraphQLError> & { readonly reason?: string };
      if (extensions?.code === usedUp) throw error;
      log.warn(
        { requestId: request.id, agency: 'governance-center', accounting: field, cause: reason ?? name },
        'answer not accounted for',
      );
      throw failure(unaccounted);
    }
  };
}

// Private:

/** The number that may be opened, if the centre says it. */
function limitOf({ limit }: Readonly<Record<string, unknown>>): { readonly limit?: number } {
  return typeof limit === 'number' && Number.isInteger(limit) ? { limit } : {};
}
