import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import type { RequestContext } from './request-context';

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
