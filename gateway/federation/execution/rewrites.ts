import { type Data, isData, own, put } from './own';
import type { Rewrite } from './plan';
import type { TypeConditions } from './type-conditions';

/** Changes values or response keys of a request to an agency, or of its answer. */
export type ApplyRewrites = (value: unknown) => void;

const FRAGMENT = '... on ';

/** @param rewrites of the planner, for example for an agency with an object type for an interface. */
export function rewriting(rewrites: readonly Rewrite[] | undefined, isOf: TypeConditions): ApplyRewrites | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const steps = rewrites.map((rewrite) => {
    const path = rewrite.path.slice(0, -1);
    const key = rewrite.path.at(-1) ?? '';
    return (value: unknown) => atPath(value, path, isOf, (object) => change(object, key, rewrite));
  });
  return (value) => {
    for (const step of steps) step(value);
  };
}

/**
 * The response keys that a fetch renamed because fields of several types could not share one, with the original keys.
 */
export function renamedKeys(rewrites: readonly Rewrite[] | undefined): ReadonlyMap<string | number, string> {
  return new Map(
    (rewrites ?? []).flatMap((rewrite) =>
      rewrite.kind === 'KeyRenamer' ? [[rewrite.path.at(-1) ?? '', rewrite.renameKeyTo] as const] : [],
    ),
  );
}

function change(object: Data, key: string, rewrite: Rewrite): void {
  if (rewrite.kind === 'ValueSetter') {
    put(object, key, rewrite.setValueTo);
    return;
  }
  const value = own(object, key);
  if (value === undefined || value === null) return;
  put(object, rewrite.renameKeyTo, value);
  put(object, key, undefined);
}

function atPath(value: unknown, path: readonly string[], isOf: TypeConditions, apply: (object: Data) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) atPath(item, path, isOf, apply);
    return;
  }
  if (!isData(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) apply(value);
  else if (!step.startsWith(FRAGMENT)) atPath(own(value, step), rest, isOf, apply);
  // Without a `__typename`, the object may be of the type, so the rewrite applies.
  else if (value.__typename === undefined || isOf(step.slice(FRAGMENT.length), value.__typename)) {
    atPath(value, rest, isOf, apply);
  }
}
