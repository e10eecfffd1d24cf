import { type ASTNode, visit } from 'graphql';
import { childIdsIn } from '../../shared/protocol/child-ids-in';
import { type DocumentOperation, fragmentsOf } from './operation';

/** Children whom an operation names, in its text, its fragments', or in its variables. */
export function childIdsInOperation(
  { document, operation }: DocumentOperation,
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  const fragments = fragmentsOf(document);
  const visited = new Set<string>();
  const literals: string[] = [];
  const read = (node: ASTNode): void => {
    visit(node, {
      StringValue: ({ value }) => void literals.push(value),
      FragmentSpread({ name: { value: name } }) {
        const fragment = fragments[name];
        if (fragment === undefined || visited.has(name)) return;
        visited.add(name);
        read(fragment);
      },
    });
  };
  read(operation);
  return childIdsIn([...literals, ...Object.values(variables)]);
}
