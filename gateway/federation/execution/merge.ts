import { type Data, isData, own, put } from './own';

/**
 * Adds what an agency has answered about an object to what is known of it. Nothing is copied: what was answered is part of
 * the whole from here on.
 */
export function merge(target: Data, source: Data): void {
  for (const key in source) {
    const value = source[key];
    if (value !== undefined) put(target, key, merged(own(target, key), value));
  }
}

function merged(known: unknown, value: unknown): unknown {
  if (known === undefined || known === null || known === value) return value;
  // Where one agency has nothing, another one's answer stands.
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
