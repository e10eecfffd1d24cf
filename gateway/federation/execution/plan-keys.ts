import { type FieldNode, Kind } from 'graphql';

/**
 * Plans fetch their own fields (keys, `__typename`, fields of `@requires`) under the fields' names. Fields with a
 * client's alias or with arguments get names with this prefix, so no client key can collide with a plan's: no schema
 * field begins with two underscores (spec, 2.1.2).
 */
const PREFIX = '__as_';

/**
 * The response key of a client's field in a plan: `{ id: risk { level } }` is planned as `__as_id: risk`. All nodes of
 * one response key share it, because they are one field with equal arguments.
 */
export function planKey({ alias, name, arguments: given = [] }: FieldNode): string {
  const key = alias?.value ?? name.value;
  // `__typename` has one value, whatever the client's alias.
  if (name.value === '__typename') return name.value;
  return key === name.value && given.length === 0 ? key : `${PREFIX}${key}`;
}

/** A field with its key in a plan. */
export function withPlanKey(node: FieldNode): FieldNode {
  const key = planKey(node);
  return { ...node, alias: key === node.name.value ? undefined : { kind: Kind.NAME, value: key } };
}

/** A path of a plan, for example of an agency's error, in the client's keys. */
export function clientPath<Step extends string | number>(path: readonly Step[]): readonly Step[] {
  return path.map((step) =>
    typeof step === 'string' && step.startsWith(PREFIX) ? (step.slice(PREFIX.length) as Step) : step,
  );
}
