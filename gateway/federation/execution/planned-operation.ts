import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { DocumentOperation } from '../../request/operation';
import type { Conditions } from './collect-fields';
import { withPlanKey } from './plan-keys';

/**
 * Rewrites an operation for planning, with the keys of plans (see `planKey`). Settled conditions are applied, so
 * excluded selections are not planned. A selection set that is or may become empty gets `__typename`, so its object can
 * be answered as `{}`: the planner would drop the object, or lose a conditional field that another field requires.
 *
 * @param settled values of variables in conditions; other conditions stay in the operation.
 */
export function plannedOperation({ document, operation }: DocumentOperation, settled: Conditions): DocumentOperation {
  const planned = new Map<unknown, OperationDefinitionNode>();
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
      return definition;
    const root = definition.kind === Kind.OPERATION_DEFINITION;
    const node = { ...definition, selectionSet: selectionSet(definition.selectionSet, root) };
    if (node.kind === Kind.OPERATION_DEFINITION) planned.set(definition, node);
    return node;
  });
  return { document: { kind: Kind.DOCUMENT, definitions }, operation: planned.get(operation) ?? operation };

  function selectionSet({ selections }: SelectionSetNode, root = false): SelectionSetNode {
    const left = selections.flatMap(selection);
    // At the root, `__typename` would need a fetch of its own.
    const canBeEmpty = left.length === 0 || (!root && left.every(isConditional));
    return { kind: Kind.SELECTION_SET, selections: canBeEmpty ? [...left, TYPENAME] : left };
  }

  function selection(node: SelectionNode): readonly SelectionNode[] {
    const directives = (node.directives ?? []).filter((directive) => outcome(directive) !== 'passes');
    if (directives.some((directive) => outcome(directive) === 'fails')) return [];
    switch (node.kind) {
      case Kind.FRAGMENT_SPREAD:
        return [{ ...node, directives }];
      case Kind.INLINE_FRAGMENT:
        return [{ ...node, directives, selectionSet: selectionSet(node.selectionSet) }];
      case Kind.FIELD:
        return [
          withPlanKey({ ...node, directives, selectionSet: node.selectionSet && selectionSet(node.selectionSet) }),
        ];
    }
  }

  function outcome({ name, arguments: given = [] }: DirectiveNode): 'passes' | 'fails' | undefined {
    if (name.value !== 'skip' && name.value !== 'include') return undefined;
    const condition = given.find((argument) => argument.name.value === 'if')?.value;
    const value =
      condition?.kind === Kind.BOOLEAN
        ? condition.value
        : condition?.kind === Kind.VARIABLE
          ? settled[condition.name.value]
          : undefined;
    if (typeof value !== 'boolean') return undefined;
    return value === (name.value === 'include') ? 'passes' : 'fails';
  }
}

const isConditional = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === 'skip' || name.value === 'include');

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
