import { GraphQLError } from 'graphql';
import type { Denied } from '../../../shared/access/answers';
import type { Coordinate } from '../../../shared/access/labels';
import { failure } from '../../../shared/protocol/errors';
import { type Data, isData, own } from './own';

/**
 * Why something is missing: nothing where there must be something (`NULL`), a value that does not fit the field's type
 * (`VALUE`), an object of which nobody knows what it is (`TYPE`), or a field that nobody was asked for (`UNANSWERED`).
 */
export type GapReason = 'NULL' | 'VALUE' | 'TYPE' | 'UNANSWERED';

type Place = readonly (string | number)[];

/** Where an answer has a null that is nobody's answer. */
export interface Gap {
  readonly coordinate: Coordinate;
  /** In the client's keys. */
  readonly path: Place;
  readonly reason: GapReason;
}

/** Goes along with a response's shape, and takes down the gaps that it meets. */
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
 * An error for each field that has gaps of which neither an error nor a refusal tells, at the first of its places: no null
 * may look like "there is no data" that is none.
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
 * Whether a path leads to a place of the answer, or to one that has become null. Plans now and then ask for a field of more
 * objects than the operation does; what goes wrong with those is nothing that anybody has asked for.
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

/** An error without a place tells of the field that it names, or of everything. */
function tells({ path, extensions }: GraphQLError, coordinate: Coordinate, gap: Place): boolean {
  if (path !== undefined) return onOneWay(path, gap);
  return extensions.coordinate === undefined || extensions.coordinate === coordinate;
}

/** Whether one of two places lies on the way to the other. */
const onOneWay = (one: Place, other: Place): boolean =>
  one.slice(0, other.length).every((step, index) => step === other[index]);

/** Refusals are told once for all items of a list. */
const isKey = (step: string | number): boolean => typeof step === 'string' && step !== '@';
