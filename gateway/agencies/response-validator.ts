import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { FieldCollector, Fields, RuntimeType } from '../federation/execution/collect-fields';
import { leafValue } from '../federation/leaf-value';

/** Whether a value can be the answer to what was asked for. */
export type Fits = (value: unknown) => boolean;

/** What is asked for of an object of each type. */
type FieldsOf = (type: RuntimeType) => Fields;

/**
 * What an answer to a selection must look like, worked out once: all fields that were asked for and no others, lists where
 * lists are, scalars and enums of their kind, no null where the schema has none. A scalar of an agency's own is not looked
 * into; nor is what the schema does not know.
 */
export function responseValidator(
  schema: GraphQLSchema,
  collect: FieldCollector,
): (type: GraphQLCompositeType, fieldsOf: FieldsOf) => Fits {
  return compositeShape;

  function compositeShape(type: GraphQLCompositeType, fieldsOf: FieldsOf): Fits {
    if (isObjectType(type)) return objectShape(type, fieldsOf(type));
    const possible = schema.getPossibleTypes(type);
    return oneOf(isInterfaceType(type) ? [...possible, type] : possible, fieldsOf);
  }

  function objectShape(type: RuntimeType, asked: Fields): Fits {
    const fields = new Map([...asked].map(([key, nodes]) => [key, fieldShape(type, nodes)]));
    return (value) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      let found = 0;
      for (const key in value) {
        if (fields.get(key)?.((value as Record<string, unknown>)[key]) !== true) return false;
        found += 1;
      }
      return found === fields.size;
    };
  }

  function fieldShape(type: RuntimeType, nodes: readonly FieldNode[]): Fits {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') return (value) => value === type.name;
    const field = type.getFields()[name];
    return field === undefined ? anything : valueShape(field.type, nodes);
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
    if (isCompositeType(type)) return compositeShape(type, (runtimeType) => collect.below(runtimeType, nodes));
    return leafValue(type);
  }

  /** Of whichever type an object says that it is; without a word, of any: some of them are asked for less than others. */
  function oneOf(types: readonly RuntimeType[], fieldsOf: FieldsOf): Fits {
    const shapes = new Map<string, Fits>();
    const shapeFor = (type: RuntimeType): Fits => {
      const shape = shapes.get(type.name) ?? objectShape(type, fieldsOf(type));
      shapes.set(type.name, shape);
      return shape;
    };
    return (value) => {
      const { __typename } = (value ?? {}) as { readonly __typename?: unknown };
      return types.some((type) => (__typename === undefined || __typename === type.name) && shapeFor(type)(value));
    };
  }
}

const anything: Fits = () => true;
