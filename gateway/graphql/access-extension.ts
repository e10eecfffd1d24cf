import type { ApolloServerPlugin } from '@apollo/server';
import { type FormattedExecutionResult, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { Denied } from '../../shared/access/answers';
import type { Coordinate } from '../../shared/access/labels';
import type { Purpose } from '../../shared/domain/purpose';
import { ERRORS, failure } from '../../shared/protocol/errors';
import type { AccessMode } from '../access/access-mode';
import type { PermittingPurposes } from '../access/permitting-purposes';
import type { EngineContext } from '../request/engine-context';
import type { RequestContext } from '../request/request-context';

/**
 * Adds `extensions.access` to a result, and an error for each place in the operation that was refused and says so; tells
 * which codes the answer has.
 *
 * @returns the answer's HTTP status, where it is not as it was.
 */
export type AddAccess = (
  result: FormattedExecutionResult,
  context: EngineContext,
  kind: OperationTypeNode | undefined,
) => number | undefined;

export function accessExtension(mode: AccessMode, purposesFor: PermittingPurposes): AddAccess {
  return (result, { request, reportCodes }, kind) => {
    let status: number | undefined;
    if (result.data !== undefined) {
      const { denied } = request;
      // What an agency has done is not unsaid: of a mutation that was let through, the answer tells what became of it.
      const done = kind === OperationTypeNode.MUTATION && result.data !== null;
      if (mode === 'reject' && denied.length > 0 && !done) {
        result.data = null;
        status = ERRORS.OPERATION_REFUSED.status;
      }
      const purposes = once((coordinate) => purposesFor(request.access, coordinate));
      result.extensions = { access: told(request, purposes) };
      const errors = [...(result.errors ?? []), ...denied.map((one) => refusal(one, purposes(one.coordinate)))];
      if (errors.length > 0) result.errors = errors;
      request.lookups?.answered(result);
    }
    reportCodes([...new Set((result.errors ?? []).map(({ extensions }) => String(extensions?.code)))]);
    return status;
  };
}

/** The same of all that Apollo Server answers. */
export function accessPlugin(addAccess: AddAccess): ApolloServerPlugin<EngineContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response, contextValue, operation }) {
          if (response.body.kind !== 'single') return;
          const status = addAccess(response.body.singleResult, contextValue, operation?.operation);
          if (status !== undefined) response.http.status = status;
        },
      };
    },
  };
}

/** One field can be refused at many places. */
function once(purposesFor: (coordinate: Coordinate) => readonly Purpose[]) {
  const known = new Map<Coordinate, readonly Purpose[]>();
  return (coordinate: Coordinate): readonly Purpose[] => {
    const purposes = known.get(coordinate) ?? purposesFor(coordinate);
    known.set(coordinate, purposes);
    return purposes;
  };
}

/** Purpose, reference, and what was not answered clear: once per field, however many rows there were. */
function told(request: RequestContext, purposesFor: (coordinate: Coordinate) => readonly Purpose[]) {
  const { access, denied, wouldDeny, masked, unavailable } = request;
  const { purpose, reference } = access;
  const byField = (answers: readonly Denied[]) =>
    [...new Map(answers.map(({ coordinate, dataClass }) => [coordinate, dataClass]))].map(
      ([coordinate, dataClass]) => ({
        coordinate,
        dataClass,
        purposes: purposesFor(coordinate),
      }),
    );
  return {
    purpose,
    reference: reference === null ? null : `${reference.kind}/${reference.id}`,
    masked,
    denied: byField(denied),
    ...(wouldDeny.length > 0 && { wouldDeny: byField(wouldDeny) }),
    unavailable,
  };
}

function refusal({ coordinate, dataClass, path }: Denied, purposes: readonly Purpose[]): GraphQLFormattedError {
  const { message, extensions } = failure('UNAUTHORIZED_FIELD_OR_TYPE', undefined, { coordinate, dataClass, purposes });
  const { http: _status, ...open } = extensions;
  return { message, path, extensions: open };
}
