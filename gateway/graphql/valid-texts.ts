import { hash } from 'node:crypto';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import { type DocumentNode, type GraphQLFormattedError, parse } from 'graphql';
import { documentCache } from '../../shared/protocol/document-cache';
import type { Planner } from '../federation/planning/planner';
import { weightOf } from '../limits/document-weight';
import { TOKEN_LIMIT } from '../limits/text-limits';
import { safeError } from './safe-error';

type DocumentStore = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['documentStore']>;
type ErrorList = readonly GraphQLFormattedError[];

interface Known {
  readonly faults: Promise<ErrorList>;
  /** Once it is known to be valid. */
  document?: DocumentNode;
}

export interface ValidTexts {
  /** Where Apollo Server finds the documents that were found valid: it validates, itself, what it does not find. */
  readonly documentStore: DocumentStore;
  /**
   * What a client is told of a text that does not fit the schema; empty where it does, and where it is not GraphQL, which
   * Apollo Server says.
   *
   * @param caller whose turn it takes.
   * @throws RATE_LIMITED, PLANNING_BUSY
   */
  faultsOf(query: string, caller: string): Promise<ErrorList>;
}

/**
 * Validates each text once, whatever comes of it, and not on the thread that answers requests.
 *
 * @param validate see `Planner`.
 */
export function validTexts(validate: Planner['validate']): ValidTexts {
  const texts = documentCache<Known>();
  return {
    documentStore: {
      // Behind a prefix that is the schema's.
      get: async (key) => texts.get(key.slice(-HASH_LENGTH))?.document,
      set: async () => undefined,
      delete: async () => undefined,
    },
    async faultsOf(query, caller) {
      const key = hash('sha256', query, 'hex');
      const found = texts.get(key);
      if (found !== undefined) return found.faults;
      const document = parsed(query);
      if (document === undefined) return [];
      const faults = validate(query, caller).then((all) => all.map(told));
      const known: Known = { faults };
      texts.set(key, known, { size: query.length + 1 });
      faults.then(
        ({ length }) => {
          if (length > 0) return;
          known.document = document;
          texts.set(key, known, { size: weightOf(document) });
        },
        () => texts.delete(key),
      );
      return faults;
    },
  };
}

const HASH_LENGTH = 64;

function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query, { maxTokens: TOKEN_LIMIT });
  } catch {
    return undefined;
  }
}

const told = (fault: GraphQLFormattedError): GraphQLFormattedError =>
  safeError({ ...fault, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }, undefined);
