import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import type { AccessTrace } from '../../shared/access/accesses';
import type { AccessReport } from '../../shared/access/answers';
import { type Coordinate, classesOf } from '../../shared/access/labels';
import type { Agency } from '../../shared/domain/agencies';
import { requestedChildIds } from '../../shared/protocol/child-ids-in';
import type { AccessContext } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import type { Requirements } from '../access/requirements';
import type { StaticAnswers } from '../access/static-answers';
import { clientPath } from '../federation/execution/plan-keys';
import type { Fetch, FetchResult, FetchSource } from '../federation/execution/run';
import type { Supergraph } from '../federation/supergraph';
import { AgencyFault, type FaultReason } from '../request/agency-fault';
import { oncePer } from '../request/once-per';
import type { RequestContext } from '../request/request-context';
import { areErrors, isAccessReport } from './access-report';
import { accountsFor } from './accounted-for';
import { type ErrorOfAgency, errorOfAgency } from './error-of-agency';
import { type ExpectedReport, expectedReport } from './expected-report';
import { applyMasks, type MaskedPlaces, maskedPlaces } from './masked-places';
import { type SubgraphOperation, subgraphOperations } from './subgraph-operation';
import type { Transport } from './transport';
import { isAccessTrace } from './validate-access-trace';

type Variables = Readonly<Record<string, unknown>>;
type Entity = Record<string, unknown>;

export interface AgencyDataSourceOptions {
  readonly agency: Agency;
  readonly transport: Transport;
  readonly supergraph: Pick<Supergraph, 'schema' | 'requirements'>;
  /** The most that the rules open to each caller, whatever the agency answers. */
  readonly staticAnswers: (access: AccessContext) => StaticAnswers;
  /** Fields that have a mask. */
  readonly masked: ReadonlyMap<Coordinate, unknown>;
  readonly log: Logger;
}

/** Sends fetches to one agency with a signed context, checks its reports, and records them for the request. */
export class AgencyDataSource implements FetchSource<RequestContext> {
  private readonly agency: Agency;
  private readonly transport: Transport;
  private readonly prepared: (text: string) => SubgraphOperation;
  private readonly expected: (fetch: SubgraphOperation) => ExpectedReport;
  private readonly maskedIn: (fetch: SubgraphOperation) => MaskedPlaces;
  private readonly staticAnswers: AgencyDataSourceOptions['staticAnswers'];
  private readonly requirements: Requirements;
  private readonly told: ErrorOfAgency;
  private readonly log: Logger;

  constructor({ agency, transport, supergraph, staticAnswers, masked, log }: AgencyDataSourceOptions) {
    this.agency = agency;
    this.transport = transport;
    this.prepared = subgraphOperations(supergraph.schema, agency);
    this.expected = oncePer((fetch: SubgraphOperation) => expectedReport(fetch, { agency, ...supergraph }));
    this.maskedIn = oncePer(({ places }: SubgraphOperation) => maskedPlaces(places, masked));
    this.staticAnswers = staticAnswers;
    this.requirements = supergraph.requirements;
    this.told = errorOfAgency(supergraph.schema);
    this.log = log;
  }

  async process({ request, context, pathInIncomingRequest: path }: Fetch<RequestContext>): Promise<FetchResult> {
    const fetch = this.prepared(request.query);
    const { operationName, variables } = request;
    const ask = () => this.ask(fetch, operationName, variables, context);
    let response: SubgraphResponse;
    try {
      response = fetch.mutation ? await ask() : await context.fetches.once(this.agency, fetch.asked, variables, ask);
    } catch (error) {
      return this.missing(fetch, variables, context, AgencyFault.from(error));
    }
    const { data, extensions } = response.body;
    const errors = response.body.errors?.map(this.told);
    const [refusal] = errors ?? [];
    if (response.status === 400 && refusal !== undefined) {
      // The planner's operations are valid, so the agency refused an argument.
      return this.withoutData(fetch, variables, () => refusal);
    }
    const { masks, atMost } = this.staticAnswers(context.access);
    if (extensions?.looks !== undefined) {
      const { looks, ...rest } = inClientsKeys(extensions.looks);
      context.accesses.told({ ...rest, looks: looks.map(atMost) }, representationsIn(variables), path);
    }
    if (extensions?.access !== undefined) {
      context.noteTold(inFetch(extensions.access, !fetch.ofEntities), path);
    }
    applyMasks(data, this.maskedIn(fetch), masks, (coordinate) => context.noteMasked(coordinate));
    if (!fetch.ofEntities || errors === undefined) return { data: data as Entity | null, errors };
    return withStandIns(data as { _entities: (Entity | null)[] }, errors, fetch, variables);
  }

  /** @throws AgencyFault if there is no answer, or an invalid one. */
  private ask(
    fetch: SubgraphOperation,
    operationName: string | undefined,
    variables: Variables,
    context: RequestContext,
  ): Promise<SubgraphResponse> {
    return this.transport.send(
      {
        authorization: context.authorizationFor(this.agency),
        requestId: context.requestId,
        body: { query: fetch.text, operationName, variables, extensions: { looks: true } },
      },
      {
        deadline: context.deadline,
        repeatable: !fetch.mutation,
        faultIn: (response) => this.faultIn(response, fetch, variables),
      },
    );
  }

  private faultIn(
    { status, body }: SubgraphResponse,
    fetch: SubgraphOperation,
    variables: Variables,
  ): FaultReason | undefined {
    if (typeof body !== 'object' || body === null) return 'FAULTY_ANSWER';
    const expected = this.expected(fetch);
    if (!areErrors(body.errors, expected, representationsIn(variables).length)) return 'FAULTY_ANSWER';
    const { data, errors = [], extensions } = body;
    if (status === 400) return errors.length > 0 ? undefined : 'FAULTY_ANSWER';
    // No data is a valid answer only with an error.
    if (data === undefined || (data === null && errors.length === 0)) return 'FAULTY_ANSWER';
    if (!fetch.fits(data, variables)) return 'FAULTY_ANSWER';
    // An answer without the children it is about could not be recorded.
    const spoken = {
      asked: childrenIn(representationsIn(variables)),
      named: () => fetch.children(variables),
      data,
    };
    const looks = extensions?.looks;
    if (!isAccessTrace(looks, expected, spoken)) return 'FAULTY_ANSWER';
    if (!accountsFor(looks, data, expected.labelled, spoken.asked)) return 'FAULTY_ANSWER';
    return isAccessReport(extensions?.access, expected) ? undefined : 'FAULTY_ANSWER';
  }

  private missing(
    fetch: SubgraphOperation,
    variables: Variables,
    context: RequestContext,
    { reason, detail }: AgencyFault,
  ): FetchResult {
    this.log.warn({ requestId: context.requestId, agency: this.agency, reason, cause: detail }, 'agency unavailable');
    const { agency, ...outage } = context.noteUnavailable(this.agency, reason);
    const children = fetch.ofEntities ? childrenIn(representationsIn(variables)) : fetch.children(variables);
    for (const coordinate of fetch.coordinates(variables)) {
      const asked = (this.requirements.byField.get(coordinate) ?? []).map((sets) => sets.slice(0, 1));
      context.accesses.unavailable(classesOf(asked), children);
    }
    return this.withoutData(fetch, variables, (coordinate) => {
      const { message, extensions } = failure('AGENCY_UNAVAILABLE', undefined, { agency, ...outage, coordinate });
      return { message, extensions };
    });
  }

  private withoutData(
    fetch: SubgraphOperation,
    variables: Variables,
    errorFor: (coordinate: string) => GraphQLFormattedError,
  ): FetchResult {
    const missing = fetch.missing(variables);
    if (!fetch.ofEntities) {
      const errors = missing.map(({ coordinate, key }) => ({ ...errorFor(coordinate), path: [key] }));
      return { errors };
    }
    const entities = representationsIn(variables).map((representation) => fetch.standIn(representation, variables));
    const coordinates = new Set(missing.map(({ coordinate }) => coordinate));
    return { data: { _entities: entities }, errors: [...coordinates].map(errorFor) };
  }
}

const representationsIn = ({ representations }: Variables): readonly unknown[] =>
  Array.isArray(representations) ? representations : NONE;

const NONE: readonly unknown[] = [];

/** Several agencies are asked about the same objects simultaneously, with the same array of representations. */
const childrenIn = oncePer((representations: readonly unknown[]) => requestedChildIds(representations));

/**
 * An error in a non-null field makes its entity null. The entity is replaced, so other agencies' sections stay, and
 * each of its own fields gets an error, so none looks like missing data.
 */
function withStandIns(
  data: { _entities: (Entity | null)[] },
  errors: readonly GraphQLFormattedError[],
  fetch: SubgraphOperation,
  variables: Variables,
): FetchResult {
  const told = new Set<string>();
  const further: GraphQLFormattedError[] = [];
  const representations = representationsIn(variables);
  const entities = data._entities.map((entity, index) => {
    const own = errors.filter(({ path }) => path?.[0] === '_entities' && path[1] === index);
    const [cause] = own;
    if (entity !== null || cause === undefined) return entity;
    const keys = new Set(own.map(({ path }) => path?.[2]));
    for (const { coordinate, key } of fetch.missing(variables)) {
      if (keys.has(key) || told.has(coordinate)) continue;
      told.add(coordinate);
      further.push({ message: cause.message, extensions: { ...cause.extensions, coordinate } });
    }
    return fetch.standIn(representations[index], variables);
  });
  return { data: { _entities: entities }, errors: [...errors, ...further] };
}

/** Makes the paths of a report relative to the fetch: below each entity, or at the root. */
function inFetch({ denied, masked }: AccessReport, rootFetch: boolean): AccessReport {
  const steps = rootFetch ? 0 : ENTITY_STEPS;
  return { denied: denied.map((one) => ({ ...one, path: clientPath(one.path.slice(steps)) })), masked };
}

function inClientsKeys(looks: AccessTrace): AccessTrace {
  if (looks.places.length === 0) return looks;
  return { ...looks, places: looks.places.map((place) => ({ ...place, path: clientPath(place.path) })) };
}

/** `_entities`, `@` */
const ENTITY_STEPS = 2;
