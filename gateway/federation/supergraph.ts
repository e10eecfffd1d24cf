import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  parse,
  print,
  type StringValueNode,
  visit,
} from 'graphql';
import { askedBy, type Requirements, readRequirements } from '../access/requirements';
import { type CostModel, costModel } from '../limits/cost-model';

/** The features that this gateway enforces itself; `ApolloGateway` refuses to load a supergraph that has them. */
const SECURITY_FEATURES: ReadonlySet<string> = new Set(['policy', 'authenticated', 'requiresScopes']);

/** `@cost` and `@listSize`. */
const COST_FEATURE = 'cost';

export interface Supergraph {
  /** The schema without security features, for `ApolloGateway`. */
  readonly loadableSdl: string;
  /** Names of its subgraphs. */
  readonly subgraphs: readonly string[];
  /** The whole schema, including elements that clients cannot access, against which agencies' answers are checked. */
  readonly schema: GraphQLSchema;
  /** Whether a subgraph needs fields of others to answer its own (`@requires`). */
  readonly hasRequires: boolean;
  /** The requirements of its labels. */
  readonly requirements: Requirements;
  /** The cost of its fields. */
  readonly costs: CostModel;
}

/** Whether a graph must have labels; without labels, every admitted caller may read everything. */
export type Labels = 'required' | 'none';

/**
 * Reads a composed supergraph.
 *
 * @throws if it is not GraphQL; if it imports a security or cost feature under another name (a known way around labels:
 *   GHSA-g8jh-vg5j-4h3f); if labels are required but missing, on a root field or altogether, because a wrong file must
 *   not open every record; and if it has labels but must have none.
 */
export function readSupergraph(sdl: string, labels: Labels = 'required'): Supergraph {
  const document = documentOf(sdl);
  const features = linkedFeatures(document, SECURITY_FEATURES, 'security');
  if (labels === 'none') {
    if (features.size > 0) throw new Error('The supergraph has labels, which would not be enforced: refused.');
  } else {
    if (features.size === 0) throw new Error('The supergraph has no labels (@policy): refused.');
    refuseUnlabelledRoots(document);
  }
  const isSecurity = (directive: ConstDirectiveNode): boolean =>
    SECURITY_FEATURES.has(directive.name.value) ||
    (directive.name.value === 'link' && SECURITY_FEATURES.has(linkedFeature(directive)?.feature ?? ''));
  const stripped = visit(document, {
    Directive: (node) => (isSecurity(node as ConstDirectiveNode) ? null : undefined),
    DirectiveDefinition: (node) => (SECURITY_FEATURES.has(node.name.value) ? null : undefined),
    ScalarTypeDefinition: (node) => (features.has(node.name.value.split('__')[0] ?? '') ? null : undefined),
  });
  const linksCosts = linkedFeatures(document, new Set([COST_FEATURE]), 'cost').size > 0;
  return {
    loadableSdl: print(stripped),
    subgraphs: subgraphs(document),
    schema: buildASTSchema(stripped, { assumeValid: true }),
    hasRequires: hasRequires(document),
    requirements: readRequirements(document),
    costs: costModel(document, linksCosts),
  };
}

/** The error quotes nothing, because the file may be any file. */
function documentOf(sdl: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (error) {
    const [place] = (error as GraphQLError).locations ?? [];
    throw new Error(`The supergraph is not GraphQL (line ${place?.line}, column ${place?.column}).`);
  }
}

const ROOTS: ReadonlySet<string> = new Set(['Query', 'Mutation', 'Subscription']);

/** Every admitted caller could read an unlabelled root field. */
function refuseUnlabelledRoots(document: DocumentNode): void {
  for (const type of document.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || !ROOTS.has(type.name.value)) continue;
    for (const field of type.fields ?? []) {
      if (askedBy([...(type.directives ?? []), ...(field.directives ?? [])]).length > 0) continue;
      throw new Error(
        `The supergraph has a root field without a label, ${type.name.value}.${field.name.value}: refused.`,
      );
    }
  }
}

/** `enum join__Graph { EDUCATION @join__graph(name: "education", url: ...) }` */
function subgraphs(document: DocumentNode): readonly string[] {
  return document.definitions
    .flatMap((type) =>
      type.kind === Kind.ENUM_TYPE_DEFINITION && type.name.value === 'join__Graph' ? (type.values ?? []) : [],
    )
    .flatMap(({ directives = [] }) => directives)
    .flatMap(({ arguments: given = [] }) => given)
    .flatMap(({ name, value }) => (name.value === 'name' && value.kind === Kind.STRING ? [value.value] : []));
}

/** `desk: String @join__field(graph: SCHOOL, requires: "size")` */
function hasRequires(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value === 'join__field' && given.some((argument) => argument.name.value === 'requires')) found = true;
    },
  });
  return found;
}

function linkedFeatures(document: DocumentNode, features: ReadonlySet<string>, kind: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const link = linkedFeature(directive);
      if (link === undefined || !features.has(link.feature)) continue;
      if (link.renamed) throw new Error(`The supergraph renames the ${kind} directive @${link.feature}: refused.`);
      found.add(link.feature);
    }
  }
  return found;
}

/** `@link(url: "https://specs.apollo.dev/policy/v0.1", as: ..., import: [{ name: ..., as: ... }])` */
function linkedFeature(directive: ConstDirectiveNode): { feature: string; renamed: boolean } | undefined {
  if (directive.name.value !== 'link') return undefined;
  const argument = (name: string) => directive.arguments?.find((candidate) => candidate.name.value === name)?.value;
  const url = (argument('url') as StringValueNode | undefined)?.value ?? '';
  const feature = /\/([^/]+)\/v[\d.]+$/.exec(url)?.[1];
  if (feature === undefined) return undefined;
  const imports = argument('import');
  const renamedImport = imports?.kind === Kind.LIST && imports.values.some((value) => value.kind === Kind.OBJECT);
  return { feature, renamed: argument('as') !== undefined || renamedImport };
}
