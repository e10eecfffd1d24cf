import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import type { AccessTrace } from '../access/accesses';
import type { AccessReport } from '../access/answers';

/** How long the gateway waits for an answer: `{ milliseconds: 4800 }`. */
export interface Waiting {
  /** From now; undefined for an unknown time. */
  readonly milliseconds?: number | undefined;
  /** Aborted as soon as the gateway stops waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One operation that the gateway sends to an agency.
 *
 * @example { authorization: 'Bearer eyJ…', requestId: '5f0c…', body: { query: '{ children { nodes { id } } }' } }
 */
export interface SubgraphRequest {
  /** `Bearer <signed context>`; never a client's own token. */
  readonly authorization: string | undefined;
  /** Thumbprint of the client certificate: null on an unencrypted connection, empty without a certificate. */
  readonly certificate?: string | null;
  /** The gateway's request id, for the log. */
  readonly requestId?: string;
  /** W3C Trace Context, if the gateway traces the request. */
  readonly traceparent?: string | undefined;
  readonly body: unknown;
  readonly waiting?: Waiting | undefined;
}

/**
 * An agency's answer: data, a report of what was denied or masked (`access`), and a trace of accesses for the ledger
 * (`looks`).
 *
 * @example { status: 200, body: { data: { child: null }, extensions: { looks: { looks: [], places: [] } } } }
 */
export interface SubgraphResponse {
  readonly status: number;
  readonly body: {
    readonly data?: ExecutionResult['data'];
    readonly errors?: readonly GraphQLFormattedError[];
    readonly extensions?: { readonly access?: AccessReport; readonly looks?: AccessTrace };
  };
}

/** An agency's endpoint, independent of transport: verifies the context, then executes under the guard. */
export interface Subgraph {
  handle(request: SubgraphRequest): Promise<SubgraphResponse>;
  /** Whether `handle` would accept the caller, or answer 401; known before the body is read. */
  accepts(authorization: string | undefined, certificate?: string | null): boolean;
  /**
   * Identifies the key and hash function of the agency's pseudonyms, so that the gateway can compare agencies;
   * undefined for an agency without any.
   */
  readonly fingerprint?: string | undefined;
}
