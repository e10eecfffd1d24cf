import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { type Agency, screamingName } from '../../shared/agencies';
import { failure } from '../../shared/errors';
import type { SubgraphResponse } from '../../shared/subgraph';
import type { RequestContext, Unavailable } from '../request-context';
import type { Transport } from './transport';

type Response = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** What the query planner's fetches go through: one agency, its signed context, and what it told about its answer. */
export class AgencyDataSource implements GraphQLDataSource {
  private readonly agency: Agency;
  private readonly transport: Transport;

  constructor(agency: Agency, transport: Transport) {
    this.agency = agency;
    this.transport = transport;
  }

  async process({ request, context }: GraphQLDataSourceProcessOptions): Promise<Response> {
    const requestContext = context.request as RequestContext;
    const { query, operationName, variables } = request;
    let response: SubgraphResponse;
    try {
      response = await this.transport.send({
        authorization: requestContext.authorizationFor(this.agency),
        body: { query, operationName, variables },
      });
    } catch {
      // The cause names hosts and ports; the agency's own log and /ready have them.
      return this.unavailable(requestContext, 'UNREACHABLE');
    }
    if (response.status !== 200)
      return this.unavailable(requestContext, response.status < 500 ? 'REFUSED' : 'FAULTY_ANSWER');
    const { data, errors, extensions } = response.body;
    if (extensions?.access !== undefined) requestContext.noteTold(extensions.access);
    return { data, errors } as Response;
  }

  private unavailable(requestContext: RequestContext, reason: Unavailable['reason']): Response {
    requestContext.noteUnavailable(this.agency, reason);
    const code = reason === 'REFUSED' ? 'AGENCY_REFUSED' : 'AGENCY_UNAVAILABLE';
    const { message, extensions } = failure(code, undefined, { agency: screamingName(this.agency) });
    return { errors: [{ message, extensions }] } as unknown as Response;
  }
}
