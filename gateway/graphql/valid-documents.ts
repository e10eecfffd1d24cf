import { type GraphQLSchema, parse, validate } from 'graphql';
import { documentFault } from '../limits/document-fault';
import { TOKEN_LIMIT } from '../limits/text-limits';
import type { Manifest } from '../trusted-documents/manifest';

/** @throws if a document does not parse, is invalid, or exceeds the limits of operations. */
export function checkDocuments(manifest: Manifest, schema: GraphQLSchema): void {
  for (const [hash, query] of manifest) {
    const fault = faultOf(query, schema);
    if (fault !== undefined) throw new Error(`The trusted document ${hash} cannot be served: ${fault}`);
  }
}

function faultOf(query: string, schema: GraphQLSchema): string | undefined {
  try {
    const document = parse(query, { maxTokens: TOKEN_LIMIT });
    return (documentFault(document) ?? validate(schema, document)[0])?.message;
  } catch (error) {
    return (error as Error).message;
  }
}
