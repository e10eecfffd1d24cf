import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { SILENT_LOGGER } from '../federation/silent-logger';
import { TOKEN_LIMIT } from '../limits/text-limits';
import type { EngineContext } from '../request/engine-context';
import { auditMutationPlugin } from './audit-mutation-plugin';
import { introspectionForDevelopers } from './introspection';
import { operationPreconditions } from './operation-preconditions';
import { safeError } from './safe-error';
import type { ValidTexts } from './valid-texts';

/**
 * Answers by the protocol; the gateway plans and executes.
 *
 * @param documentStore holds documents that were validated, without looking at the caller and once per text.
 */
export function graphqlEngine(
  gateway: GatewayInterface,
  documentStore: ValidTexts['documentStore'],
  plugins: readonly ApolloServerPlugin<EngineContext>[],
): ApolloServer<EngineContext> {
  return new ApolloServer<EngineContext>({
    gateway,
    documentStore,
    // Who may introspect depends on the caller: see introspectionForDevelopers.
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
    logger: SILENT_LOGGER,
    plugins: [
      operationPreconditions(),
      introspectionForDevelopers(),
      auditMutationPlugin(),
      ...plugins,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
