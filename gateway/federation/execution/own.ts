/** An object of an answer. */
export type Data = Record<string, unknown>;

/** What an object has itself: answers may have fields named as what every object inherits, `__proto__` among them (CVE-2026-32621). */
export function own(source: Data, key: string): unknown {
  const value = source[key];
  // Answers come out of JSON, and hold no functions.
  return (typeof value === 'function' || key === '__proto__') && !Object.hasOwn(source, key) ? undefined : value;
}

/** Gives an object a value, under whatever name. */
export function put(target: Data, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

export const isData = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
