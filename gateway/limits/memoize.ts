interface Branch<Result> {
  readonly branches: Map<object, Branch<Result>>;
  result?: { readonly value: Result };
}

/**
 * Remembers the results of a function by the identity of its arguments.
 *
 * @param within the result of a recursive call with arguments whose result is still being computed.
 */
export function memoize<Keys extends readonly object[], Result>(
  compute: (...keys: Keys) => Result,
  within: Result,
): (...keys: Keys) => Result {
  const root: Branch<Result> = { branches: new Map() };
  return (...keys) => {
    let branch = root;
    for (const key of keys) {
      const next: Branch<Result> = branch.branches.get(key) ?? { branches: new Map() };
      branch.branches.set(key, next);
      branch = next;
    }
    if (branch.result === undefined) {
      branch.result = { value: within };
      branch.result = { value: compute(...keys) };
    }
    return branch.result.value;
  };
}
