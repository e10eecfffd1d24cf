import { decode } from 'jsonwebtoken';
import type { Agency } from '../../../shared/domain/agencies';
import type { SubgraphRequest, SubgraphResponse } from '../../../shared/protocol/subgraph-exchange';
import type { AskOptions, Reply, TestSystem } from '../system';
import { Statements } from './statements';

/** One request of the gateway to an agency, with all that anybody between or behind them could notice of it. */
export interface SubRequest {
  readonly agency: Agency;
  readonly operation: string;
  /** Of its body, as JSON. */
  readonly bytes: number;
  /** What the signed context says, without its times. */
  readonly context: unknown;
  /** As JSON: the gateway merges other agencies' answers into it. */
  readonly answer: string;
  /** The SQL that it ran, with its keys: how long an answer takes tells, too. */
  readonly statements: readonly string[];
}

/** One request of a client, seen from outside and from behind. */
export interface Observation {
  readonly reply: Reply;
  /** In no order: agencies are asked at the same time. */
  readonly subRequests: readonly SubRequest[];
}

export type Observe = (query: string, options: AskOptions) => Promise<Observation>;

/** Takes down what each request sets off, however many are under way at once. To be called once for a system. */
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
