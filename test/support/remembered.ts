interface Branch<Result> {
  readonly branches: Map<unknown, Branch<Result>>;
  result?: { readonly value: Result };
}

/** Remembers the results of a function that depends on nothing but its arguments; objects are told apart by identity. */
export function remembered<Keys extends readonly unknown[], Result>(
  compute: (...keys: Keys) => Result,
): (...keys: Keys) => Result {
  const root: Branch<Result> = { branches: new Map() };
  return (...keys) => {
    let branch = root;
    for (const key of keys) {
      let next = branch.branches.get(key);
      if (next === undefined) {
        next = { branches: new Map() };
        branch.branches.set(key, next);
      }
      branch = next;
    }
    branch.result ??= { value: compute(...keys) };
    return branch.result.value;
  };
}
