import { execute, type FieldNode, type GraphQLSchema, Kind } from 'graphql';
import { FieldCollector } from '../federation/execution/collect-fields';
import type { Data } from '../federation/execution/own';
import type { DocumentOperation } from '../request/operation';

const FIELDS: ReadonlySet<string> = new Set(['__schema', '__type']);

/** The schema's answer to an operation's introspection fields; undefined without any. Subgraphs never receive them. */
export async function introspected(
  schema: GraphQLSchema,
  { document, operation }: DocumentOperation,
  variables: Readonly<Record<string, unknown>>,
): Promise<Data | undefined> {
  const root = schema.getRootType(operation.operation);
  if (root == null) return undefined;
  const fields = new FieldCollector(schema, { document, operation }, variables).root(root);
  const selections: FieldNode[] = [...fields.values()].flat().filter(({ name }) => FIELDS.has(name.value));
  if (selections.length === 0) return undefined;
  const alone = { ...operation, selectionSet: { kind: Kind.SELECTION_SET as const, selections } };
  const definitions = [alone, ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)];
  const { data } = await execute({ schema, document: { kind: Kind.DOCUMENT, definitions }, variableValues: variables });
  return data ?? undefined;
}
