import { type ConstDirectiveNode, type GraphQLObjectType, type GraphQLSchema, isObjectType, Kind } from 'graphql';
import type { DataClassName } from './catalogue';

/**
 * What a field asks for before it is answered: all of the groups, and of each group any one of its sets, and of a set
 * every class. This is `@policy(policies: [[...]])` of the field and of its type together (outer list OR, inner AND).
 */
export type Requirement = readonly (readonly (readonly DataClassName[])[])[];

/** `Child.attendance`, as GraphQL's schema coordinates write it. */
export type Coordinate = string;

/** The name of the label in a subgraph's own schema. Renaming it by `@link(as:)` is refused at composition. */
export const LABEL_DIRECTIVE = 'policy';

/** Reads the labels of a subgraph's schema: for each labelled field, its requirement. */
export function readLabels(schema: GraphQLSchema): ReadonlyMap<Coordinate, Requirement> {
  const labels = new Map<Coordinate, Requirement>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    const ofType = groups(typeDirectives(type));
    for (const field of Object.values(type.getFields())) {
      const requirement = [...ofType, ...groups(field.astNode?.directives ?? [])];
      if (requirement.length > 0) labels.set(`${type.name}.${field.name}`, requirement);
    }
  }
  return labels;
}

/** What the label of a type as a whole asks for; empty where it has none. */
export function typeRequirement(schema: GraphQLSchema, typeName: string): Requirement {
  const type = schema.getType(typeName);
  return isObjectType(type) ? groups(typeDirectives(type)) : [];
}

/** Every data class that a requirement names. */
export function classesOf(requirement: Requirement): DataClassName[] {
  return [...new Set(requirement.flat(2))];
}

function typeDirectives(type: GraphQLObjectType): readonly ConstDirectiveNode[] {
  return [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? []);
}

function groups(directives: readonly ConstDirectiveNode[]): DataClassName[][][] {
  return directives
    .filter((directive) => directive.name.value === LABEL_DIRECTIVE)
    .map((directive) => {
      const policies = directive.arguments?.find((argument) => argument.name.value === 'policies')?.value;
      if (policies?.kind !== Kind.LIST) return [];
      return policies.values.map((set) =>
        set.kind === Kind.LIST ? set.values.flatMap((name) => (name.kind === Kind.STRING ? [name.value] : [])) : [],
      );
    });
}
