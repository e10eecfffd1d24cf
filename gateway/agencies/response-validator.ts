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

/** Whether a value can answer a selection. */
export type Fits = (value: unknown) => boolean;

/** The selected fields of an object, by its type. */
type FieldsOf = (type: RuntimeType) => Fields;

/**
 * Compiles a validator for the answers to a selection. An answer must have all selected fields and no others, lists for list
 * types, values of the right scalar or enum, and no null for a non-null type. Values of custom scalars and of fields that the
 * schema does not know are not checked.
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

  /** Validates an object by its `__typename`; without one, an object that is valid for any type passes. */
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
