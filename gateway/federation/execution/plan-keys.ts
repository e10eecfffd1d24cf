import { type FieldNode, Kind } from 'graphql';

/**
 * What plans ask for for themselves (keys, `__typename`, what `@requires` names) stands in answers under the fields' own
 * names. What clients call something else, or ask for with arguments, stands under names of its own, so that no client can
 * choose one of a plan's: no field of a schema begins with two underscores (spec, 2.1.2).
 */
const PREFIX = '__as_';

/**
 * The key under which plans have what a client asks for: `{ id: risk { level } }` is planned as `__as_id: risk`. All nodes
 * of one response key have the same, for they are one field with the same arguments.
 */
export function planKey({ alias, name, arguments: given = [] }: FieldNode): string {
  const key = alias?.value ?? name.value;
  // The type of an object is what it is, whatever a client calls it.
  if (name.value === '__typename') return name.value;
  return key === name.value && given.length === 0 ? key : `${PREFIX}${key}`;
}

/** A field as it is planned. */
export function withPlanKey(node: FieldNode): FieldNode {
  const key = planKey(node);
  return { ...node, alias: key === node.name.value ? undefined : { kind: Kind.NAME, value: key } };
}

/** A path of a plan, such as one of an agency's error, with the client's keys. */
export function clientPath<Step extends string | number>(path: readonly Step[]): readonly Step[] {
  return path.map((step) =>
    typeof step === 'string' && step.startsWith(PREFIX) ? (step.slice(PREFIX.length) as Step) : step,
  );
}
