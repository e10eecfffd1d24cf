import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { SILENT_LOGGER } from '../federation/silent-logger';
import { TOKEN_LIMIT } from '../limits/text-limits';
import type { RequestContext } from '../request/request-context';
import { recordedFirst } from './audit-mutation-plugin';
import { introspectionForDevelopers } from './introspection';
import { executableOperation } from './operation-preconditions';
import { safeError } from './safe-error';
import type { ValidTexts } from './valid-texts';

/** What Apollo hands through to plugins and data sources. */
export interface EngineContext {
  readonly request: RequestContext;
  /** Takes the codes of the answer's errors, for the log and the ledger. */
  readonly reportCodes: (codes: readonly string[]) => void;
  /** Lets the ledger know of a mutation before it is carried out, with the children whom it names. @throws LEDGER_UNAVAILABLE */
  readonly recordBeginning: (children: readonly string[]) => Promise<void>;
  /** What was executed before Apollo Server has got to it: it must not be executed again. */
  executed?: GatewayExecutionResult;
  /** Nobody asks: the operation is planned and not carried out. */
  readonly rehearsed?: true;
}

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
      executableOperation(),
      introspectionForDevelopers(),
      recordedFirst(),
      ...plugins,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}
