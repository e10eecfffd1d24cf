import { type ASTNode, type OperationDefinitionNode, visit } from 'graphql';
import { childIdsIn } from '../../shared/protocol/child-ids-in';
import { type DocumentOperation, fragmentsOf } from './operation';

/** The ids of children in an operation, its fragments and its variables. */
export function childIdsInOperation(
  asked: DocumentOperation,
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  return childIdsIn([...literalsOf(asked), ...Object.values(variables)]);
}

// Private:

/** A text is read once, however often it is sent. */
const known = new WeakMap<OperationDefinitionNode, readonly string[]>();

/** The child ids among the strings in its text, and in its fragments'. */
function literalsOf(asked: DocumentOperation): readonly string[] {
  const found = known.get(asked.operation) ?? childIdsIn(stringsIn(asked));
  known.set(asked.operation, found);
  return found;
}

function stringsIn({ document, operation }: DocumentOperation): readonly string[] {
  const fragments = fragmentsOf(document);
  const visited = new Set<string>();
  const strings: string[] = [];
  const read = (node: ASTNode): void => {
    visit(node, {
      StringValue: ({ value }) => void strings.push(value),
      FragmentSpread({ name: { value: name } }) {
        const fragment = fragments[name];
        if (fragment === undefined || visited.has(name)) return;
        visited.add(name);
        read(fragment);
      },
    });
  };
  read(operation);
  return strings;
}
