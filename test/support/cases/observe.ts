import { isDeepStrictEqual } from 'node:util';
import type { Probe } from '../../../developer-kit/cases/probes';
import type { Denied } from '../../../shared/access/answers';
import type { Answer } from '../../../shared/access/decide';

/** An answer of a subgraph or the gateway, with its reported refusals. */
export interface Answered {
  readonly data: unknown;
  readonly denied: readonly Denied[];
  readonly masked: readonly string[];
  /** The whole body. */
  readonly text: string;
}

/**
 * An observation at one place: an answer, where a refusal is reported by the field or by its parent; or a fault that
 * must never occur.
 */
export type Observed = Answer | 'DENIED WITH WHAT IT STANDS IN' | `FAULT: ${string}`;

/**
 * Observes one field of an answer. @param place response keys down to the object in which the probe's steps begin.
 * @param shown the values for a caller who may see everything.
 */
export function observe(
  probe: Probe,
  place: readonly string[],
  shown: unknown,
  expected: Answer,
  answered: Answered,
): Observed {
  const path = [...place, ...probe.steps];
  const truth = leavesAt(shown, probe.steps);
  const values = leavesAt(answered.data, path);
  const told = answered.denied.filter((one) => isOnTheWay(one.path, path));
  const isMasked = answered.masked.includes(probe.labelled);
  if (truth.length === 0) return 'FAULT: there is nothing to see';
  // An absent refusal must not be mentioned anywhere in the answer.
  if (expected === 'ABSENT' && mentions(probe, answered)) return 'FAULT: mentioned';

  const clear = probe.among ? values.includes(truth[0]) : isDeepStrictEqual(values, truth);
  if (clear) return told.length > 0 || isMasked ? 'FAULT: clear, and told otherwise' : 'CLEAR';
  if (probe.text && truth.some((value) => answered.text.includes(JSON.stringify(value)))) {
    return 'FAULT: the true value stands elsewhere';
  }
  if (values.length > 0 && !probe.among) {
    const stars = values.every((value) => typeof value === 'string' && value.includes('*'));
    return stars && isMasked && told.length === 0 ? 'MASKED' : 'FAULT: another value';
  }
  if (isMasked) return 'FAULT: nothing, and told that it is masked';
  if (told.length === 0) return 'ABSENT';
  const own = told.filter(({ coordinate }) => coordinate === probe.labelled);
  if (own.length === 0) return 'DENIED WITH WHAT IT STANDS IN';
  const classes = own.flatMap(({ dataClass }) => dataClass.split(' & '));
  return classes.some((name) => [probe.dataClass, probe.or, ...probe.and].includes(name))
    ? 'DENIED'
    : `FAULT: denied as ${classes}`;
}

/** Observes a field that is refused together with its parent: it is missing, and the refusal is reported. */
export function observeShut({ steps }: Probe, place: readonly string[], { data, denied }: Answered): Observed {
  const path = [...place, ...steps];
  if (leavesAt(data, path).length > 0) return 'FAULT: shown';
  return denied.some((one) => isOnTheWay(one.path, path)) ? 'DENIED WITH WHAT IT STANDS IN' : 'ABSENT';
}

// Private:

function mentions({ dataClass, labelled }: Probe, { text }: Answered): boolean {
  return text.includes(dataClass) || text.includes(`"${labelled}"`);
}

/** Whether a place is on the path. */
function isOnTheWay(place: readonly string[], path: readonly string[]): boolean {
  return place.filter((key) => key !== '@').every((key, index) => key === path[index]);
}

/** All values at a path, in all elements of lists. */
function leavesAt(data: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (Array.isArray(data)) return data.flatMap((item) => leavesAt(item, key === undefined ? [] : [key, ...rest]));
  if (data === null || data === undefined) return [];
  if (key === undefined) return [data];
  return leavesAt((data as Readonly<Record<string, unknown>>)[key], rest);
}
