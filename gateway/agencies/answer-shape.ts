import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Fragments } from '../federation/execution/operations';
import { leafValue } from '../federation/leaf-value';

/** Whether a value can be the answer to what was asked for. */
export type Fits = (value: unknown) => boolean;

/**
 * What an answer to a selection must look like, worked out once: all fields that were asked for and no others, lists where
 * lists are, scalars and enums of their kind, no null where the schema has none. A scalar of an agency's own is not looked
 * into; nor is what the schema does not know.
 */
export function answerShape(
  schema: GraphQLSchema,
  fragments: Fragments,
): (type: GraphQLCompositeType, selections: readonly SelectionSetNode[]) => Fits {
  return objectShape;

  function objectShape(type: GraphQLCompositeType, selections: readonly SelectionSetNode[]): Fits {
    const asked = new Map<string, AskedField>();
    for (const selection of selections) collect(selection, type, true, asked);
    const fields = new Map([...asked].map(([key, field]) => [key, { always: field.always, fits: fieldShape(field) }]));
    const always = [...fields.values()].filter((field) => field.always).length;
    return (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      let found = 0;
      for (const key in value) {
        const field = fields.get(key);
        if (field === undefined || !field.fits((value as Record<string, unknown>)[key])) return false;
        if (field.always) found += 1;
      }
      return found === always;
    };

    function fieldShape({ types, typeName, nodes }: AskedField): Fits {
      if (typeName) return isObjectType(type) ? (value) => value === type.name : isString;
      const [only] = types;
      return only === undefined || types.size > 1 ? anything : valueShape(only, nodes);
    }
  }

  function valueShape(type: GraphQLOutputType, nodes: readonly FieldNode[]): Fits {
    const fits = nullableShape(getNullableType(type) as GraphQLOutputType, nodes);
    return isNonNullType(type) ? (value) => value !== null && fits(value) : (value) => value === null || fits(value);
  }

  function nullableShape(type: GraphQLOutputType, nodes: readonly FieldNode[]): Fits {
    if (isListType(type)) {
      const item = valueShape(type.ofType, nodes);
      return (value) => Array.isArray(value) && value.every(item);
    }
    if (isCompositeType(type)) {
      const selections = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      return objectShape(type, selections);
    }
    return leafValue(type);
  }

  function collect(
    selection: SelectionSetNode,
    type: GraphQLCompositeType,
    always: boolean,
    asked: Map<string, AskedField>,
  ): void {
    for (const node of selection.selections) {
      const unconditional = always && (node.directives ?? []).length === 0;
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value;
        const field = asked.get(key) ?? { always: false, typeName: false, types: new Set(), nodes: [] };
        const definition = isUnionType(type) ? undefined : type.getFields()[node.name.value];
        field.always ||= unconditional;
        field.typeName ||= node.name.value === '__typename';
        if (definition !== undefined) field.types.add(definition.type);
        field.nodes.push(node);
        asked.set(key, field);
        continue;
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
      if (fragment === undefined) continue;
      const condition = schema.getType(fragment.typeCondition?.name.value ?? type.name);
      if (!isCompositeType(condition)) continue;
      const holds =
        condition === type || (isAbstractType(condition) && isObjectType(type) && schema.isSubType(condition, type));
      // Of other types there can be nothing here.
      if (!holds && isObjectType(type) && isObjectType(condition)) continue;
      collect(fragment.selectionSet, isObjectType(type) ? type : condition, unconditional && holds, asked);
    }
  }
}

interface AskedField {
  /** Asked for without a condition. */
  always: boolean;
  typeName: boolean;
  /** More than one where types behind an interface differ; none where the schema does not know it. */
  readonly types: Set<GraphQLOutputType>;
  readonly nodes: FieldNode[];
}

const anything: Fits = () => true;
const isString: Fits = (value) => typeof value === 'string';
