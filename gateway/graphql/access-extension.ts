import { type FormattedExecutionResult, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { Denied } from '../../shared/access/answers';
import type { Coordinate } from '../../shared/access/labels';
import type { Purpose } from '../../shared/domain/purpose';
import { ERRORS, failure } from '../../shared/protocol/errors';
import type { AccessMode } from '../access/access-mode';
import type { PermittingPurposes } from '../access/permitting-purposes';
import type { RequestContext } from '../request/request-context';

/**
 * Adds `extensions.access` to a result, and an error for each place of the operation with a visible refusal. Keeps the
 * answer in the request's context, for lookups, the ledger and explanations.
 *
 * @returns the answer's HTTP status, if it changes.
 */
export type AddAccess = (result: FormattedExecutionResult, context: RequestContext) => number | undefined;

export function accessExtension(mode: AccessMode, purposesFor: PermittingPurposes): AddAccess {
  return (result, context) => {
    let status: number | undefined;
    if (result.data !== undefined) {
      const { denied } = context;
      // A change that an agency made cannot be undone, so the answer of a mutation that ran is kept.
      const done = context.operation?.operation.operation === OperationTypeNode.MUTATION && result.data !== null;
      if (mode === 'reject' && denied.length > 0 && !done) {
        result.data = null;
        status = ERRORS.OPERATION_REFUSED.status;
      }
      const purposes = once((coordinate) => [
        ...new Set(purposesFor(context.access, coordinate).map(({ purpose }) => purpose)),
      ]);
      result.extensions = { access: report(context, purposes) };
      if (denied.length > 0) {
        result.errors = [...(result.errors ?? []), ...denied.map((one) => refusal(one, purposes(one.coordinate)))];
      }
      context.lookups?.answered(result);
    }
    context.answer = result;
    return status;
  };
}

/** Memoised, because one field can be refused at many places. */
function once(purposesFor: (coordinate: Coordinate) => readonly Purpose[]) {
  const known = new Map<Coordinate, readonly Purpose[]>();
  return (coordinate: Coordinate): readonly Purpose[] => {
    const purposes = known.get(coordinate) ?? purposesFor(coordinate);
    known.set(coordinate, purposes);
    return purposes;
  };
}

/** Purpose, reference, and everything that was not answered in clear: once per field, however many rows there were. */
function report(context: RequestContext, purposesFor: (coordinate: Coordinate) => readonly Purpose[]) {
  const { access, denied, wouldDeny, masked, unavailable } = context;
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
