/** One value for each dimension. */
export type Tuple = readonly string[];

/** Every combination of one value out of each set. */
export type Product = readonly ReadonlySet<string>[];

/**
 * Describes tuples by as few products as possible, so that a fact about many callers is reported once.
 *
 * @param tuples all of one length, without duplicates.
 */
export function asProducts(tuples: readonly Tuple[]): readonly Product[] {
  return merged(split(tuples, 0));
}

export const isIn = (tuple: Tuple, product: Product): boolean => tuple.every((value, at) => product[at]?.has(value));

// Private:

/** Merges values with the same remaining tuples. */
function split(tuples: readonly Tuple[], at: number): readonly Product[] {
  if (tuples.length === 0) return [];
  if (at === tuples[0]?.length) return [[]];
  const byValue = new Map<string, Tuple[]>();
  for (const tuple of tuples) {
    const value = tuple[at] ?? '';
    const known = byValue.get(value);
    if (known === undefined) byValue.set(value, [tuple]);
    else known.push(tuple);
  }
  const alike = new Map<string, { readonly values: Set<string>; readonly rest: readonly Product[] }>();
  for (const [value, behind] of byValue) {
    const rest = merged(split(behind, at + 1));
    const known = alike.get(keyOf(rest));
    if (known === undefined) alike.set(keyOf(rest), { values: new Set([value]), rest });
    else known.values.add(value);
  }
  return [...alike.values()].flatMap(({ values, rest }) => rest.map((product) => [values, ...product]));
}

/** Merges products that differ in one dimension. */
function merged(products: readonly Product[]): readonly Product[] {
  const [first, ...rest] = products;
  if (first === undefined) return [];
  for (const other of rest) {
    const differing = first.flatMap((values, at) => (sameSet(values, other[at]) ? [] : [at]));
    const [at = 0] = differing;
    if (differing.length > 1) continue;
    const union = first.map((values, index) => (index === at ? new Set([...values, ...(other[at] ?? [])]) : values));
    return merged([union, ...rest.filter((one) => one !== other)]);
  }
  return [first, ...merged(rest)];
}

const keyOf = (products: readonly Product[]): string =>
  products
    .map((product) => product.map((values) => [...values].sort().join('|')).join(';'))
    .sort()
    .join('\n');

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string> | undefined): boolean {
  return b !== undefined && a.size === b.size && [...a].every((value) => b.has(value));
}
