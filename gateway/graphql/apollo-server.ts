import { ApolloServer, type GraphQLRequestListener } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { GraphQLSchema } from 'graphql';
import { SILENT_LOGGER } from '../federation/silent-logger';
import { TOKEN_LIMIT } from '../limits/text-limits';
import type { RequestContext } from '../request/request-context';
import type { AddAccess } from './access-extension';
import { checkOperation } from './check-operation';
import type { PreparedDocuments } from './prepared-documents';
import { safeError } from './safe-error';

export interface GraphqlEngineOptions {
  /** Plans and executes. */
  readonly gateway: GatewayInterface;
  /** Validated documents, once per text and independent of the caller. */
  readonly documentStore: PreparedDocuments['documentStore'];
  readonly addAccess: AddAccess;
  /** Checks a schema before it is served. @throws if it is refused. */
  readonly onSchema?: ((schema: GraphQLSchema) => void) | undefined;
}

/** The context that Apollo Server passes on. It shallowly copies this object for each operation. */
export interface ApolloContext {
  readonly context: RequestContext;
}

/** Apollo Server: GraphQL over HTTP, and the order in which operations are checked, executed and answered. */
export function graphqlEngine({
  gateway,
  documentStore,
  addAccess,
  onSchema,
}: GraphqlEngineOptions): ApolloServer<ApolloContext> {
  const hooks: GraphQLRequestListener<ApolloContext> = {
    didResolveOperation: ({ contextValue, schema, request: { variables = {} } }) =>
      checkOperation(contextValue.context, schema, variables),
    async willSendResponse({ response, contextValue }) {
      if (response.body.kind !== 'single') return;
      const status = addAccess(response.body.singleResult, contextValue.context);
      if (status !== undefined) response.http.status = status;
    },
  };
  return new ApolloServer<ApolloContext>({
    gateway,
    documentStore,
    // Introspection depends on the caller: see checkOperation.
    introspection: true,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    nodeEnv: 'production',
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: TOKEN_LIMIT },
    formatError: safeError,
    // Without the default's line break, which `jsonLine` adds.
    stringifyResult: (result) => JSON.stringify(result),
    logger: SILENT_LOGGER,
    plugins: [
      {
        serverWillStart: async ({ schema }) => onSchema?.(schema),
        requestDidStart: async () => hooks,
      },
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
