import { type Data, isData, own, put } from './own';

/**
 * Merges an agency's answer about an object into the known data. Nothing is copied: the answer's objects become part of
 * the result.
 */
export function merge(target: Data, source: Data): void {
  for (const key in source) {
    const value = source[key];
    if (value !== undefined) put(target, key, merged(own(target, key), value));
  }
}

function merged(known: unknown, value: unknown): unknown {
  if (known === undefined || known === null || known === value) return value;
  // An agency's null does not replace another agency's value.
  if (value === null) return known;
  if (isData(known) && isData(value)) {
    merge(known, value);
    return known;
  }
  if (Array.isArray(known) && Array.isArray(value) && known.length === value.length) {
    for (const [index, item] of value.entries()) known[index] = merged(known[index], item);
    return known;
  }
  return value;
}
