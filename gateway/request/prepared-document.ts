import type { DocumentNode, GraphQLError } from 'graphql';
import type { DocumentOperation } from './operation';
import type { Lookup } from './request-lookups';

type Variables = Readonly<Record<string, unknown>>;

/**
 * A GraphQL document with everything that follows from it on one graph, computed once: every stage of a request uses
 * it, and none parses the text again.
 */
export interface PreparedDocument {
  readonly text: string;
  /** SHA-256 of the text, 64 hexadecimal digits, as federation clients and manifests of operations know it. */
  readonly hash: string;
  /** Null for a text that is not GraphQL, has a `fault` or is invalid in the schema. */
  readonly document: DocumentNode | null;
  /** The limit that the text exceeds (OPERATION_TOO_DEEP, OPERATION_TOO_WIDE, ...); null for none. */
  readonly fault: GraphQLError | null;
  /** Whether it has introspection fields: `__schema`, `__type`. */
  readonly introspects: boolean;
  /** Names of the variables in `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** @param name undefined for the only operation. @returns null without such an operation. */
  operation(name: string | undefined): PreparedOperation | null;
  /** Adds to the document's weight in the cache, in characters. */
  grow(characters: number): void;
}

/** One operation of a document. */
export interface PreparedOperation extends DocumentOperation {
  readonly prepared: PreparedDocument;
  /** Its cost with these variables. @throws BAD_USER_INPUT for a list longer than permitted. */
  cost(variables: Variables): number;
  /** The children that it looks up by resident ID number with these variables. */
  lookups(variables: Variables): readonly Lookup[];
}

/** The operation in a request. */
export interface SentOperation {
  readonly prepared: PreparedDocument;
  readonly name: string | undefined;
  /** Null without an operation of that name, which Apollo Server refuses. */
  readonly operation: PreparedOperation | null;
  readonly variables: Variables;
}
