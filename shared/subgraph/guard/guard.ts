import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { AccessRules } from '../../access/decide';
import { type Coordinate, type Requirement, readLabels, readMasks } from '../../access/labels';
import { MASKS } from '../../access/mask';
import { AccessRecorder } from './guard-accesses';
import { containerGuard, guardField, itemGuard } from './guard-field';
import { guardMutation } from './guard-mutation';
import { guardRootField } from './guard-root-field';
import type { GuardContext } from './guarding';
import type { Finder, ResourceFinders, RootFinder } from './resource-finders';

/**
 * Wraps, in place, every root field, every labelled field and every field that leads to objects: decides first and
 * resolves afterwards, so that a refused field runs no SQL. A refused field becomes null, or [] for a list, exactly like
 * missing data, and only DENIED is reported; a refused field that must not be null fails with an error. A masked value is
 * masked after its resolver. Keys and unlabelled scalars are not wrapped, and references are reduced to keys.
 *
 * @returns the labels of the schema, for lists that filter in SQL.
 * @throws if a root field has no label or no guard and would be open to everybody, or if a list's rules cannot become SQL.
 */
export function guardSchema<Context extends GuardContext>(
  schema: GraphQLSchema,
  finders: ResourceFinders<Context>,
  rules: AccessRules,
): ReadonlyMap<Coordinate, Requirement> {
  const labels = readLabels(schema);
  const masks = readMasks(schema);
  const finderOf = (typeName: string) => finders[typeName] as Finder<GuardContext> | undefined;
  const accesses = new AccessRecorder(schema, labels, masks, (typeName) => finderOf(typeName) !== undefined);
  const queryType = schema.getQueryType();
  const mutationType = schema.getMutationType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type) || type.name === '_Service') continue;
    guardReferences(type);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const requirement = labels.get(coordinate);
      if (type === queryType) {
        // The fields of the objects they return are guarded like all others.
        if (field.name === '_entities' || field.name === '_service') continue;
        const find = finders[coordinate] as RootFinder<GuardContext>;
        guardRootField(field, coordinate, requirement, find, { labels, rules, accesses });
      } else if (type === mutationType) {
        guardMutation(field, coordinate, requirement, finders[coordinate] as RootFinder<GuardContext>, accesses);
      } else if (requirement !== undefined || !isLeafType(getNamedType(field.type))) {
        const target = getNamedType(field.type).name;
        const mask = masks.get(coordinate);
        guardField(field, {
          coordinate,
          requirement,
          find: finderOf(type.name),
          items: itemGuard(schema, target, finderOf(target)),
          container:
            requirement === undefined ? containerGuard(schema, target, finderOf(target), labels, masks) : undefined,
          mask: mask && MASKS[mask],
          accesses,
        });
      }
    }
  }
  return labels;
}

/**
 * Reduces references to their keys: any holder of a signed context could invent the other fields. Resolving a reference
 * looks nothing up.
 */
function guardReferences(type: GraphQLObjectType): void {
  const extensions = type.extensions as { apollo?: { subgraph?: { resolveReference?: ResolveReference } } };
  const subgraph = extensions.apollo?.subgraph;
  const resolve = subgraph?.resolveReference;
  if (subgraph === undefined || resolve === undefined) return;
  subgraph.resolveReference = ({ __typename, id }, context, info) => resolve({ __typename, id }, context, info);
}

type ResolveReference = (
  reference: { readonly __typename?: unknown; readonly id?: unknown },
  context: unknown,
  info: unknown,
) => unknown;
