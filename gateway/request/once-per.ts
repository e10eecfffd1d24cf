/**
 * Memoises a function by its argument, which it does not keep alive.
 *
 * @example const places = oncePer((operation: SubgraphOperation) => maskedPlaces(operation.places, masked));
 */
export function oncePer<Key extends object, Result extends NonNullable<unknown>>(
  work: (key: Key) => Result,
): (key: Key) => Result {
  const known = new WeakMap<Key, Result>();
  return (key) => {
    let result = known.get(key);
    if (result === undefined) {
      result = work(key);
      known.set(key, result);
    }
    return result;
  };
}
