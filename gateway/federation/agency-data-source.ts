import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { parse } from 'graphql';
import type { Coordinate } from '../../shared/access/labels';
import { type Agency, screamingName } from '../../shared/agencies';
import { failure } from '../../shared/errors';
import type { SubgraphResponse } from '../../shared/subgraph';
import type { RequestContext, Unavailable } from '../request-context';
import { missingSections } from './missing-sections';
import type { Transport } from './transport';

type Response = Awaited<ReturnType<GraphQLDataSource['process']>>;
type Fetch = GraphQLDataSourceProcessOptions['request'];

/** What the query planner's fetches go through: one agency, its signed context, and what it told about its answer. */
export class AgencyDataSource implements GraphQLDataSource {
  private readonly agency: Agency;
  private readonly transport: Transport;
  private readonly listFields: ReadonlySet<Coordinate>;

  constructor(agency: Agency, transport: Transport, listFields: ReadonlySet<Coordinate>) {
    this.agency = agency;
    this.transport = transport;
    this.listFields = listFields;
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
      return this.missing(request, requestContext, 'UNREACHABLE');
    }
    const { data, errors, extensions } = response.body;
    // An error at a root field that may not be null leaves no data, and is an answer; of entities, some is always left.
    const answered =
      response.status === 200 && (data || (data === null && request.variables?.representations === undefined));
    if (!answered) {
      return this.missing(request, requestContext, response.status === 401 ? 'REFUSED' : 'FAULTY_ANSWER');
    }
    if (extensions?.access !== undefined) requestContext.noteTold(extensions.access);
    return { data, errors } as Response;
  }

  private missing(
    { query, variables }: Fetch,
    requestContext: RequestContext,
    reason: Unavailable['reason'],
  ): Response {
    requestContext.noteUnavailable(this.agency, reason);
    const error = (coordinate?: Coordinate) => {
      const agency = screamingName(this.agency);
      const { message, extensions } = failure('AGENCY_UNAVAILABLE', undefined, {
        agency,
        reason,
        ...(coordinate && { coordinate }),
      });
      return { message, extensions };
    };
    const representations = variables?.representations;
    if (!Array.isArray(representations)) return { errors: [error()] } as unknown as Response;
    const { entities, coordinates } = missingSections(parse(query ?? ''), representations, this.listFields);
    return { data: { _entities: entities }, errors: coordinates.map(error) } as unknown as Response;
  }
}
