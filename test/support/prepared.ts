import { getOperationAST, parse } from 'graphql';
import { conditionVariables } from '../../gateway/federation/execution/condition-variables';
import { type OperationCompiler, ParsedDocument } from '../../gateway/graphql/prepare-document';
import { PreparedDocuments } from '../../gateway/graphql/prepared-documents';
import type { CostModel } from '../../gateway/limits/cost-model';
import { operationCost } from '../../gateway/limits/operation-cost';
import { costWithin } from '../../gateway/limits/operation-limits';
import type { PreparedDocument, PreparedOperation } from '../../gateway/request/prepared-document';

/** Without costs and lookups. */
const NOTHING_COMPILED: OperationCompiler = { cost: () => () => 0, lookups: () => () => [] };

/** A document without a cache. */
const parsedDocument = (text: string, compiler = NOTHING_COMPILED): ParsedDocument =>
  new ParsedDocument(text, text, compiler);

/** An operation of a document without a cache and limits. @throws if the text has no such operation. */
export function preparedOperation(text: string, name?: string): PreparedOperation {
  const document = parse(text);
  const operation = getOperationAST(document, name);
  if (operation == null) throw new Error(`There is no such operation: ${text}`);
  const prepared: PreparedDocument = {
    text,
    hash: text,
    document,
    fault: null,
    introspects: text.includes('__schema') || text.includes('__type('),
    conditions: conditionVariables(document),
    operation: (other) => (other === name ? found : null),
    grow: () => undefined,
  };
  const found: PreparedOperation = { prepared, document, operation, cost: () => 0, lookups: () => [] };
  return found;
}

/** A graph's cache in which all documents are valid. @returns a function that finds an operation. */
export function preparedOperations(): (text: string, name?: string) => Promise<PreparedOperation> {
  const planner = {
    validate: async () => [],
    inTurn: <Result>(_caller: string, work: () => Promise<Result>) => work(),
  };
  const documents = new PreparedDocuments({ compiler: NOTHING_COMPILED, planner });
  return async (text, name) => {
    const operation = (await documents.prepare(text, 'test')).operation(name);
    if (operation === null) throw new Error(`There is no such operation: ${text}`);
    return operation;
  };
}

/** The cost of operations on a graph. @throws like `costWithin`. */
export function operationCosts(model: CostModel, limit: number) {
  const compiler: OperationCompiler = {
    ...NOTHING_COMPILED,
    cost: ({ document, operation }) => operationCost(model, document, operation),
  };
  const known = new Map<string, ParsedDocument>();
  return (sent: {
    readonly query: string;
    readonly operationName?: string;
    readonly variables?: Readonly<Record<string, unknown>>;
  }): number => {
    const { query, operationName: name, variables = {} } = sent;
    const prepared = known.get(query) ?? parsedDocument(query, compiler);
    known.set(query, prepared);
    return costWithin(limit, { prepared, name, operation: prepared.operation(name), variables });
  };
}
