import { decode } from 'jsonwebtoken';
import type { Agency } from '../../../shared/domain/agencies';
import type { SubgraphRequest, SubgraphResponse } from '../../../shared/protocol/subgraph-exchange';
import type { AskOptions, Reply, TestSystem } from '../system';
import { Statements } from './statements';

/** One request of the gateway to an agency, with everything observable between and behind them. */
export interface SubRequest {
  readonly agency: Agency;
  readonly operation: string;
  /** Bytes of its body as JSON. */
  readonly bytes: number;
  /** The content of the signed context, without times. */
  readonly context: unknown;
  /** As JSON: the gateway merges other agencies' answers into it. */
  readonly answer: string;
  /** Its SQL statements with keys, because response times reveal something, too. */
  readonly statements: readonly string[];
}

/** One request of a client, observed outside and inside. */
export interface Observation {
  readonly reply: Reply;
  /** Unordered, because agencies are asked simultaneously. */
  readonly subRequests: readonly SubRequest[];
}

export type Observe = (query: string, options: AskOptions) => Promise<Observation>;

/** Records the effects of each request, even of simultaneous ones. Must be called once per system. */
export function observer(system: TestSystem): Observe {
  const byRequest = new Map<string, SubRequest[]>();
  const sql = new Statements();
  for (const [agency, { subgraph, db, lists }] of system.subgraphs) {
    const { handle } = subgraph;
    const recorded = async (request: SubgraphRequest): Promise<SubgraphResponse> => {
      const { requestId = '', body } = request;
      const { result: answer, statements } = await sql.of(() => handle(request));
      const known = byRequest.get(requestId) ?? [];
      byRequest.set(requestId, known);
      known.push({
        agency,
        operation: (body as { readonly query: string }).query,
        bytes: Buffer.byteLength(JSON.stringify(body)),
        context: contextOf(request),
        answer: JSON.stringify(answer),
        statements,
      });
      return answer;
    };
    Object.assign(subgraph, { handle: recorded });
    sql.watch(db);
    sql.watch(lists);
  }
  return async (query, options) => {
    const reply = await system.ask(query, options);
    const requestId = reply.headers.get('x-request-id') ?? '';
    const subRequests = byRequest.get(requestId) ?? [];
    byRequest.delete(requestId);
    return { reply, subRequests };
  };
}

function contextOf({ authorization = '' }: SubgraphRequest): unknown {
  const claims = decode(authorization.slice('Bearer '.length)) as Readonly<Record<string, unknown>> | null;
  return { ...claims, iat: undefined, exp: undefined };
}
