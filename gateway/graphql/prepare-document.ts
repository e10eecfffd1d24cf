import {
  type DocumentNode,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  visit,
} from 'graphql';
import { failure } from '../../shared/protocol/errors';
import { conditionVariables } from '../federation/execution/condition-variables';
import { documentFault } from '../limits/document-fault';
import type { OperationCost } from '../limits/operation-cost';
import { TOKEN_LIMIT } from '../limits/text-limits';
import type { LookupsIn } from '../lookups/lookups-in';
import type { DocumentOperation } from '../request/operation';
import type { PreparedDocument, PreparedOperation } from '../request/prepared-document';
import type { Lookup } from '../request/request-lookups';

type Variables = Readonly<Record<string, unknown>>;

/** Compiles operations of one graph. */
export interface OperationCompiler {
  cost(operation: DocumentOperation): OperationCost;
  readonly lookups: LookupsIn;
}

/** Parses and measures a document. Expensive results, such as the cost of an operation, are computed on demand. */
export class ParsedDocument implements PreparedDocument {
  readonly text: string;
  readonly hash: string;
  readonly fault: GraphQLError | null;
  readonly introspects: boolean;
  readonly conditions: readonly string[];
  document: DocumentNode | null;
  private readonly compiler: OperationCompiler;
  private readonly onGrown: (characters: number) => void;
  private readonly operations = new Map<OperationDefinitionNode, PreparedOperation>();

  constructor(
    text: string,
    hash: string,
    compiler: OperationCompiler,
    onGrown: (characters: number) => void = () => undefined,
  ) {
    this.text = text;
    this.hash = hash;
    this.compiler = compiler;
    this.onGrown = onGrown;
    const { document, fault } = read(text);
    this.document = document;
    this.fault = fault;
    this.introspects = document !== null && introspects(document);
    this.conditions = document === null ? [] : conditionVariables(document);
  }

  operation(name: string | undefined): PreparedOperation | null {
    const { document } = this;
    const operation = document && getOperationAST(document, name);
    if (document === null || operation == null) return null;
    let prepared = this.operations.get(operation);
    if (prepared === undefined) {
      prepared = new ParsedOperation(this, { document, operation }, this.compiler);
      this.operations.set(operation, prepared);
    }
    return prepared;
  }

  grow(characters: number): void {
    this.onGrown(characters);
  }
}

class ParsedOperation implements PreparedOperation {
  readonly prepared: PreparedDocument;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  private readonly compiler: OperationCompiler;
  private costed: OperationCost | undefined;
  private lookedUp: ReturnType<LookupsIn> | undefined;

  constructor(prepared: PreparedDocument, { document, operation }: DocumentOperation, compiler: OperationCompiler) {
    this.prepared = prepared;
    this.document = document;
    this.operation = operation;
    this.compiler = compiler;
  }

  cost(variables: Variables): number {
    this.costed ??= this.compiler.cost(this);
    return this.costed(variables);
  }

  lookups(variables: Variables): readonly Lookup[] {
    this.lookedUp ??= this.compiler.lookups(this);
    return this.lookedUp(variables);
  }
}

/** Neither document nor fault for a text that is not GraphQL: Apollo Server reports the syntax error. */
function read(text: string): { readonly document: DocumentNode | null; readonly fault: GraphQLError | null } {
  try {
    const document = parse(text, { maxTokens: TOKEN_LIMIT });
    const fault = documentFault(document) ?? null;
    return { document: fault === null ? document : null, fault };
  } catch (error) {
    // The parser recurses for each level until the stack overflows.
    return { document: null, fault: error instanceof RangeError ? failure('OPERATION_TOO_DEEP') : null };
  }
}

function introspects(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true;
    },
  });
  return found;
}
