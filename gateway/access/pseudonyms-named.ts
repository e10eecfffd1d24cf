import { type OperationDefinitionNode, visit } from 'graphql';
import { pseudonymsIn } from '../../shared/pseudonyms-in';

/** Children whom an operation names, in its text or in its variables. */
export function pseudonymsNamed(
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  const literals: string[] = [];
  visit(operation, { StringValue: ({ value }) => void literals.push(value) });
  return pseudonymsIn([...literals, ...Object.values(variables)]);
}
