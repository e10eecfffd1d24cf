import { getOperationAST, parse, print, separateOperations } from 'graphql';
import { hashOf, type ManifestOperation } from '../../gateway/trusted-documents/manifest';

/** The operations of a file: of a .graphql file, each operation with its fragments; of a .json file, its query. */
export function operationsIn(path: string, text: string): ManifestOperation[] {
  if (path.endsWith('.json')) return [operationOf((JSON.parse(text) as { query: string }).query)];
  return path.endsWith('.graphql')
    ? Object.values(separateOperations(parse(text)))
        .map(print)
        .map(operationOf)
    : [];
}

// Private:

function operationOf(body: string): ManifestOperation {
  const operation = getOperationAST(parse(body), undefined);
  if (operation?.name === undefined)
    throw new Error(`An operation without a name cannot be trusted: ${body.slice(0, 40)}`);
  return { id: hashOf(body), name: operation.name.value, type: operation.operation, body };
}
