import { GraphQLError } from 'graphql';
import type { Denied } from '../../../shared/access/answers';
import type { Coordinate } from '../../../shared/access/labels';
import { failure } from '../../../shared/protocol/errors';
import { type Data, isData, own } from './own';

/**
 * Why a value is missing: null for a non-null field (`NULL`), a value that does not fit the field's type (`VALUE`), an
 * object of unknown type (`TYPE`), or a field that no subgraph answered (`UNANSWERED`).
 */
export type GapReason = 'NULL' | 'VALUE' | 'TYPE' | 'UNANSWERED';

type Place = readonly (string | number)[];

/** A null in the answer that no subgraph returned. */
export interface Gap {
  readonly coordinate: Coordinate;
  /** In the client's response keys. */
  readonly path: Place;
  readonly reason: GapReason;
}

/** Records the gaps found while a response is shaped. */
export class GapFinder {
  readonly found: Gap[] = [];
  private readonly path: (string | number)[] = [];

  enter(step: string | number): void {
    this.path.push(step);
  }

  leave(): void {
    this.path.pop();
  }

  note(coordinate: Coordinate, reason: GapReason): void {
    this.found.push({ coordinate, path: [...this.path], reason });
  }
}

/**
 * An error for each field with gaps that no error or refusal explains, at its first gap: an unexplained null must not
 * look like missing data.
 */
export function untold(
  gaps: readonly Gap[],
  errors: readonly GraphQLError[],
  denied: readonly Denied[],
): readonly GraphQLError[] {
  const told = new Map<string, GraphQLError>();
  for (const { coordinate, path, reason } of gaps) {
    const key = `${coordinate} ${reason}`;
    if (told.has(key) || errors.some((error) => tells(error, coordinate, path))) continue;
    if (denied.some((one) => one.coordinate === coordinate || onOneWay(one.path.filter(isKey), path.filter(isKey)))) {
      continue;
    }
    const { message, extensions } = failure('ANSWER_INCOMPLETE', undefined, { coordinate, reason });
    told.set(key, new GraphQLError(message, { path, extensions }));
  }
  return [...told.values()];
}

/**
 * Whether a path is a place of the answer, or below a null. Plans sometimes fetch a field for more objects than the
 * operation selects; their errors do not concern the client.
 */
export function mayStandIn(data: Data | null, path: Place | undefined): boolean {
  let value: unknown = data;
  for (const step of path ?? []) {
    if (!isData(value) && !Array.isArray(value)) return true;
    if (isData(value) && !Object.hasOwn(value, step)) return false;
    value = own(value as Data, String(step));
  }
  return true;
}

// Private:

/** An error without a path concerns the field that it names, or everything. */
function tells({ path, extensions }: GraphQLError, coordinate: Coordinate, gap: Place): boolean {
  if (path !== undefined) return onOneWay(path, gap);
  return extensions.coordinate === undefined || extensions.coordinate === coordinate;
}

/** Whether one of two paths is a prefix of the other. */
const onOneWay = (one: Place, other: Place): boolean =>
  one.slice(0, other.length).every((step, index) => step === other[index]);

/** Refusals are reported once for all items of a list. */
const isKey = (step: string | number): boolean => typeof step === 'string' && step !== '@';
