import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { AnswerPath } from '../../shared/access/answers';
import type { Coordinate } from '../../shared/access/labels';
import { fragmentsOf } from '../request/operation';
import type { StaticDecision, StaticDecisions } from './static-decisions';

/** A selection that was removed. */
export interface Removed extends StaticDecision {
  readonly coordinate: Coordinate;
  readonly path: AnswerPath;
  /** `@skip` and `@include` on the path: the field counts as asked for only if all of them pass. */
  readonly conditions: readonly { readonly if: ValueNode; readonly passes: boolean }[];
}

export interface FilteredOperation {
  /** The document to plan: the original if nothing was removed, null if nothing is left. */
  readonly document: DocumentNode | null;
  readonly operation: OperationDefinitionNode | null;
  readonly removed: readonly Removed[];
  /** Whether the answer must be restored to the shape of the original operation. */
  readonly changed: boolean;
}

/**
 * Removes from an operation, before planning, the fields that the caller can never be answered: a field that is refused
 * whatever the record, with everything below it, and an unlabelled object all of whose labelled fields are refused. An
 * object that may be answered stays, even with nothing but `__typename`, to tell whether it exists.
 */
export function filterOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { refused, shut }: StaticDecisions,
): FilteredOperation {
  const fragments = fragmentsOf(document);
  const filteredFragments = new Map<string, FilteredSelections>();

  const root = schema.getRootType(operation.operation);
  if (root == null) return unchanged(document, operation);
  const { selections, removed, changed } = filterSelections(operation.selectionSet, root);
  if (!changed) return unchanged(document, operation);
  if (selections.length === 0) return { document: null, operation: null, removed, changed };

  const filtered: OperationDefinitionNode = { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } };
  const left: DocumentNode = { kind: Kind.DOCUMENT, definitions: [filtered, ...spreadIn(filtered)] };
  return { document: left, operation: filtered, removed, changed };

  function filterSelections(selectionSet: SelectionSetNode, parent: GraphQLCompositeType): FilteredSelections {
    const selections: SelectionNode[] = [];
    const removed: Removed[] = [];
    let changed = false;
    for (const selection of selectionSet.selections) {
      const filtered = filterSelection(selection, parent);
      changed ||= filtered.changed;
      removed.push(...filtered.removed.map((one) => conditioned(one, selection.directives)));
      if (filtered.selection !== null) selections.push(filtered.selection);
    }
    return { selections, removed, changed };
  }

  function filterSelection(selection: SelectionNode, parent: GraphQLCompositeType): FilteredSelection {
    switch (selection.kind) {
      case Kind.FIELD:
        return filterField(selection, parent);
      case Kind.INLINE_FRAGMENT: {
        const type = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent;
        if (!isCompositeType(type)) return untouched(selection);
        const { selections, removed, changed } = filterSelections(selection.selectionSet, type);
        if (!changed) return untouched(selection);
        const left = { ...selection, selectionSet: { ...selection.selectionSet, selections } };
        return { selection: selections.length === 0 ? null : left, removed, changed };
      }
      case Kind.FRAGMENT_SPREAD: {
        const { selections, removed, changed } = filterFragment(selection.name.value);
        return changed
          ? { selection: selections.length === 0 ? null : selection, removed, changed }
          : untouched(selection);
      }
    }
  }

  /** Filters each fragment once, wherever it is spread: the result depends on its type condition only. */
  function filterFragment(name: string): FilteredSelections {
    const known = filteredFragments.get(name);
    if (known !== undefined) return known;
    const fragment = fragments[name];
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    const filtered = isCompositeType(type) && fragment ? filterSelections(fragment.selectionSet, type) : NOTHING;
    filteredFragments.set(name, filtered);
    return filtered;
  }

  function filterField(field: FieldNode, parent: GraphQLCompositeType): FilteredSelection {
    const coordinate = `${parent.name}.${field.name.value}`;
    const key = field.alias?.value ?? field.name.value;
    const decision = refused.get(coordinate);
    if (decision !== undefined) {
      const removal: Removed = { ...decision, coordinate, path: [key], conditions: [] };
      return { selection: null, removed: [removal], changed: true };
    }
    const definition = 'getFields' in parent ? parent.getFields()[field.name.value] : undefined;
    const target = definition && getNamedType(definition.type);
    if (!field.selectionSet || !isCompositeType(target)) return untouched(field);

    const { selections, removed, changed } = filterSelections(field.selectionSet, target);
    const step = [key, ...elements(definition?.type)];
    const below = removed.map((one) => ({ ...one, path: [...step, ...one.path] }));
    if (shut.has(coordinate)) return { selection: null, removed: below, changed: true };
    if (!changed) return untouched(field);
    const left = selections.length === 0 ? [TYPENAME] : selections;
    return {
      selection: { ...field, selectionSet: { ...field.selectionSet, selections: left } },
      removed: below,
      changed,
    };
  }

  /** The filtered fragments that are still spread, each once. */
  function spreadIn({ selectionSet }: OperationDefinitionNode): readonly FragmentDefinitionNode[] {
    const spread = new Map<string, FragmentDefinitionNode>();
    const collect = (selections: readonly SelectionNode[]): void => {
      for (const selection of selections) {
        if (selection.kind !== Kind.FRAGMENT_SPREAD) {
          if (selection.selectionSet) collect(selection.selectionSet.selections);
          continue;
        }
        const name = selection.name.value;
        const fragment = fragments[name];
        if (spread.has(name) || fragment === undefined) continue;
        const left = filterFragment(name).selections;
        spread.set(name, { ...fragment, selectionSet: { ...fragment.selectionSet, selections: left } });
        collect(left);
      }
    };
    collect(selectionSet.selections);
    return [...spread.values()];
  }
}

// Private:

interface FilteredSelections {
  readonly selections: readonly SelectionNode[];
  /** Paths begin at this selection set. */
  readonly removed: readonly Removed[];
  readonly changed: boolean;
}

interface FilteredSelection {
  readonly selection: SelectionNode | null;
  readonly removed: readonly Removed[];
  readonly changed: boolean;
}

const NOTHING: FilteredSelections = { selections: [], removed: [], changed: false };

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** `@` for each list around the type of a field. */
function elements(type: GraphQLType | undefined): AnswerPath {
  const nullable = getNullableType(type);
  return isListType(nullable) ? ['@', ...elements(nullable.ofType)] : [];
}

const untouched = (selection: SelectionNode): FilteredSelection => ({ selection, removed: [], changed: false });

const unchanged = (document: DocumentNode, operation: OperationDefinitionNode): FilteredOperation => ({
  document,
  operation,
  removed: [],
  changed: false,
});

function conditioned(removed: Removed, directives: readonly DirectiveNode[] = []): Removed {
  const conditions = directives.flatMap(({ name, arguments: given = [] }) => {
    const condition = given.find((argument) => argument.name.value === 'if')?.value;
    if (condition === undefined || (name.value !== 'skip' && name.value !== 'include')) return [];
    return [{ if: condition, passes: name.value === 'include' }];
  });
  return conditions.length === 0 ? removed : { ...removed, conditions: [...conditions, ...removed.conditions] };
}
