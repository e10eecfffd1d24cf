/** An object of an answer. */
export type Data = Record<string, unknown>;

/**
 * An object's own property: response keys can be names that every object inherits, such as `__proto__`
 * (CVE-2026-32621).
 */
export function own(source: Data, key: string): unknown {
  const value = source[key];
  // Answers come from JSON and contain no functions.
  return (typeof value === 'function' || key === '__proto__') && !Object.hasOwn(source, key) ? undefined : value;
}

/** Sets an object's own property, even `__proto__`. */
export function put(target: Data, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
