import { type ASTNode, visit } from 'graphql';
import { childIdsIn } from '../../shared/protocol/child-ids-in';
import { oncePer } from './once-per';
import { type DocumentOperation, fragmentsOf } from './operation';

/** The ids of children in an operation, its fragments and its variables. */
export function childIdsInOperation(
  asked: DocumentOperation,
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  return childIdsIn([...literalsOf(asked), ...Object.values(variables)]);
}

// Private:

/** The child ids among the strings in its text, and in its fragments'; read once, however often the text is sent. */
const literalsOf = oncePer((asked: DocumentOperation) => childIdsIn(stringsIn(asked)));

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
