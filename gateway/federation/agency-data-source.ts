import { type GraphQLFormattedError, parse } from 'graphql';
import type { Logger } from 'pino';
import type { ToldAnswers } from '../../shared/access/answers';
import { type Coordinate, classesOf } from '../../shared/access/labels';
import { type Agency, enumName } from '../../shared/agencies';
import { childrenAskedAbout } from '../../shared/children-asked-about';
import { failure } from '../../shared/errors';
import type { SubgraphResponse } from '../../shared/subgraph';
import type { Requirements } from '../access/requirements';
import type { EngineContext } from '../graphql-engine';
import { isToldLooks } from '../ledger/told-looks';
import type { RequestContext, Unavailable } from '../request-context';
import type { Fetch, FetchResult, FetchSource } from './execution/run';
import { missingSections } from './missing-sections';
import type { Supergraph } from './supergraph';
import type { Transport } from './transport';

type AgencyFetch = Fetch<EngineContext>;

export interface AgencyDataSourceOptions {
  readonly agency: Agency;
  readonly transport: Transport;
  readonly supergraph: Pick<Supergraph, 'listFields' | 'requirements'>;
  readonly log: Logger;
}

/** What the query planner's fetches go through: one agency, its signed context, and what it told about its answer. */
export class AgencyDataSource implements FetchSource<EngineContext> {
  private readonly agency: Agency;
  private readonly transport: Transport;
  private readonly listFields: ReadonlySet<Coordinate>;
  private readonly requirements: Requirements;
  private readonly log: Logger;

  constructor({ agency, transport, supergraph, log }: AgencyDataSourceOptions) {
    this.agency = agency;
    this.transport = transport;
    this.listFields = supergraph.listFields;
    this.requirements = supergraph.requirements;
    this.log = log;
  }

  async process({ request, context, pathInIncomingRequest: path }: AgencyFetch): Promise<FetchResult> {
    const requestContext = context.request;
    const { query, operationName, variables } = request;
    let response: SubgraphResponse;
    try {
      response = await this.transport.send({
        authorization: requestContext.authorizationFor(this.agency),
        requestId: requestContext.requestId,
        body: { query, operationName, variables, extensions: { looks: true } },
      });
    } catch (error) {
      // The message names hosts and ports, and may quote what was answered.
      const { code, name } = error as { code?: string; name?: string };
      this.log.warn(
        { requestId: requestContext.requestId, agency: this.agency, cause: code ?? name },
        'agency unreachable',
      );
      return this.missing(request, requestContext, 'UNREACHABLE');
    }
    const { data, errors, extensions } = response.body;
    const [refusal] = errors ?? [];
    if (response.status === 400 && refusal !== undefined) {
      // The planner's operations are valid, so it is an argument that the agency does not take.
      return this.withoutData(request, () => refusal);
    }
    const rootFetch = request.variables?.representations === undefined;
    // An error at a root field that may not be null leaves no data, and is an answer; of entities, some is always left.
    if (response.status !== 200 || !(data || (data === null && rootFetch))) {
      return this.missing(request, requestContext, response.status === 401 ? 'REFUSED' : 'FAULTY_ANSWER');
    }
    // An answer that does not say whom it is about could not be recorded.
    const asked = request.variables?.representations ?? [];
    if (!isToldLooks(extensions?.looks, this.agency, asked.length)) {
      return this.missing(request, requestContext, 'FAULTY_ANSWER');
    }
    requestContext.looks.told(extensions.looks, asked, path);
    if (extensions?.access !== undefined) {
      requestContext.noteTold(inFetch(extensions.access, rootFetch), path);
    }
    return { data, errors };
  }

  private missing(
    request: AgencyFetch['request'],
    requestContext: RequestContext,
    reason: Unavailable['reason'],
  ): FetchResult {
    requestContext.noteUnavailable(this.agency, reason);
    const agency = enumName(this.agency);
    const children = childrenAskedAbout(request.variables?.representations);
    return this.withoutData(request, (coordinate) => {
      if (coordinate !== undefined) {
        requestContext.looks.unavailable(classesOf(this.requirements.byField.get(coordinate) ?? []), children);
      }
      const { message, extensions } = failure('AGENCY_UNAVAILABLE', undefined, {
        agency,
        reason,
        ...(coordinate && { coordinate }),
      });
      return { message, extensions };
    });
  }

  private withoutData(
    { query, variables }: AgencyFetch['request'],
    errorFor: (coordinate?: Coordinate) => GraphQLFormattedError,
  ): FetchResult {
    const representations = variables?.representations;
    if (!Array.isArray(representations)) return { errors: [errorFor()] };
    const { entities, coordinates } = missingSections(parse(query ?? ''), representations, this.listFields);
    return { data: { _entities: entities }, errors: coordinates.map(errorFor) };
  }
}

/** Paths from where the planner's fetch begins: below each entity, or at the root. */
function inFetch({ denied, masked }: ToldAnswers, rootFetch: boolean): ToldAnswers {
  if (rootFetch) return { denied, masked };
  return { denied: denied.map((one) => ({ ...one, path: one.path.slice(ENTITY_STEPS) })), masked };
}

/** `_entities`, `@` */
const ENTITY_STEPS = 2;
