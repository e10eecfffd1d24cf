import type { ApolloGateway } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { executableOperation } from './executable-operation';
import { SILENT } from './federation/federated-engine';
import { introspectionForDevelopers } from './introspection';
import { depthLimit, TOKEN_LIMIT } from './limits';
import type { RequestContext } from './request-context';
import { safeError } from './safe-error';

/** What Apollo hands through to plugins and data sources. */
export interface EngineContext {
  readonly request: RequestContext;
}

/** Parses, validates, limits (all without looking at the caller, once per document), plans and executes. */
export function graphqlEngine(gateway: ApolloGateway): ApolloServer<EngineContext> {
  return new ApolloServer<EngineContext>({
    gateway,
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
    validationRules: [depthLimit],
    formatError: safeError,
    logger: SILENT,
    plugins: [
      executableOperation,
      introspectionForDevelopers,
      tellAnswers,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

/** Adds `extensions.access`, and an error for each coordinate that was refused and says so. */
const tellAnswers: ApolloServerPlugin<EngineContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, contextValue }) {
        if (response.body.kind !== 'single') return;
        const result = response.body.singleResult;
        if (result.data === undefined) return;
        const access = contextValue.request.told();
        result.extensions = { access };
        if (access.denied.length > 0) {
          result.errors = [
            ...(result.errors ?? []),
            ...access.denied.map(({ coordinate, dataClass }) => ({
              message: 'Not authorized for this field.',
              extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', coordinate, dataClass },
            })),
          ];
        }
      },
    };
  },
};
