import type { DetailedError } from '@cedar-policy/cedar-wasm/nodejs';

/**
 * Rewords Cedar's message: without the ids that Cedar generates for rules, and with the name that was probably meant.
 */
export function wording({ message, help }: DetailedError): string {
  const enumerated = /entity `(\w+)::"([^"]*)"` is of an enumerated entity type/.exec(message);
  if (enumerated !== null) {
    const [, type = '', name = ''] = enumerated;
    const known = [...(help ?? '').matchAll(/"([^"]*)"/g)].map(([, candidate = '']) => candidate);
    return ` names ${unknown(type, name, known)}`;
  }
  const words = message.replace(/for policy `[^`]*`[:,] /g, '');
  return /^policy is impossible|^unable to find an applicable action/.test(words)
    ? ' can never apply: its conditions can never hold'
    : `: ${oneLine(words, help)}`;
}

export function unknown(type: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `unknown ${type} "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
}

export function oneLine(message: string, help: string | null | undefined): string {
  // Cedar's advice on optional attributes calls the record `e`.
  return `${message}${help ? `; ${help}` : ''}`.replace(/\s+/g, ' ').replace('`e has ', '`resource has ');
}

// Private:

/** The closest name, if it is close enough. */
function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.candidate : undefined;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const substituted = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
