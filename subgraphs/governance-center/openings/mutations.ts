import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { impersonal, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { namedAgency } from '../named-agency';
import type { MutationResolvers } from '../resolvers.types';
import type {
  MutationUseLookupsArgs,
  MutationUseOpeningsArgs,
  ReleaseOpeningsInput,
  RequestReleaseInput,
} from '../schema.types';
import { lockOfficer, perDay, releasedToday } from './allowance';
import { resourceOfReleaseRequest } from './resolvers';

/** 每日计数: the children whom an officer's answers open on one day, and what a responsible person releases beyond the number. */

/** The gateway counts for the caller, whose own region decides. */
const ofCaller = decidedByArguments((_: unknown, { access }: Context) => ({ region: access.caller.region }));

export const openingMutationFinders: ResourceFinders<Context> = {
  'Mutation.useOpenings': ofCaller,
  'Mutation.useLookups': ofCaller,
  // It is the caller who asks.
  'Mutation.requestRelease': decidedByArguments((_: unknown, { access }: Context) => ({
    region: access.caller.region,
    holder: true,
  })),
  'Mutation.releaseOpenings': async ({ input }: { readonly input: ReleaseOpeningsInput }, { load }) =>
    resourceOfReleaseRequest(await byUuid(load.releaseRequest, input.request)),
};

export const openingMutations = {
  /**
   * Needs no idempotency key: a child is counted once a day.
   *
   * @throws OPENINGS_USED_UP, with nothing counted.
   * @returns the children that are counted, in the order of the request, which does not reveal which are new.
   */
  async useOpenings(
    _: unknown,
    { children: ids, enforced }: MutationUseOpeningsArgs,
    { access, work, settings, now }: Context,
  ): Promise<readonly string[]> {
    if (work === undefined) throw new Error('This subgraph has no writer role.');
    const { caller, reference } = access;
    const purpose = counted(access.purpose);
    if (ids.length === 0 || reference === null) return [];
    const practice = settings.practices.for(caller.region, now);
    const allowed = enforced && practice.openings.mode === 'enforce' ? perDay(practice, purpose) : null;
    const { rows } = await work.raw('select work.use_openings(?, ?, ?, ?, ?, ?, ?, ?, ?) as limit', [
      caller.sub,
      namedAgency(caller.agency),
      caller.region,
      purpose,
      todayInChina(now.getTime()),
      [...ids],
      `${reference.kind}/${reference.id}`,
      now,
      allowed,
    ] as Knex.RawBinding[]);
    const [{ limit }] = rows;
    if (limit !== null) throw failure('OPENINGS_USED_UP', undefined, { limit });
    return ids;
  },

  /** @throws LOOKUP_LIMIT with the number that is exceeded, until more is released. */
  async useLookups(
    _: unknown,
    { lookups: asked, missed }: MutationUseLookupsArgs,
    { access, work, settings, now }: Context,
  ): Promise<boolean> {
    if (work === undefined) throw new Error('This subgraph has no writer role.');
    const { caller } = access;
    const { practices } = settings;
    const { lookups, openings } = practices.for(caller.region, now);
    if (openings.mode === 'report' || (asked <= lookups.perDay && missed <= lookups.misses)) return true;
    const released = await work.transaction((transaction) =>
      releasedToday(transaction, { caller, now, practices }, 'LOOKUP'),
    );
    if (missed > lookups.misses + released)
      throw failure('LOOKUP_LIMIT', undefined, { limit: lookups.misses + released });
    if (asked > lookups.perDay + released)
      throw failure('LOOKUP_LIMIT', undefined, { limit: lookups.perDay + released });
    return true;
  },

  requestRelease: mutation(
    async ({ transaction, input, caller, agency, now }: Work<RequestReleaseInput>) => {
      const request_id = randomUUID();
      await table(transaction, 'release_request').insert({
        request_id,
        officer: caller.sub,
        agency,
        region: caller.region,
        purpose: input.purpose,
        number: aNumber(input.number, MOST_REQUESTED),
        ground: impersonal(input.ground, 'ground', LONGEST_GROUND),
        day: todayInChina(now.getTime()),
        requested_at: now,
      });
      return { request_id };
    },
    async ({ request_id }) => ({ id: request_id }),
  ),

  releaseOpenings: mutation(
    async ({ transaction, input, caller, now, practices }: Work<ReleaseOpeningsInput>) => {
      const request_id = uuid(input.request, 'request');
      const request = await table(transaction, 'release_request').where({ request_id }).first();
      const officer = { sub: request.officer, agency: caller.agency, region: request.region };
      if (officer.sub === caller.sub) throw failure('SELF_CONFIRMATION', undefined, { argument: 'input.request' });
      await lockOfficer(transaction, officer);
      const releases = table(transaction, 'release');
      if ((await releases.clone().where({ request_id }).first('request_id')) !== undefined)
        throw failure('ALREADY_SETTLED');
      if (request.day !== todayInChina(now.getTime())) {
        throw failure('NOT_IN_FORCE', 'A request ends with its day.');
      }
      const { atMost } = practices.for(request.region, now).openings.release;
      const left = atMost - (await releasedToday(transaction, { caller: officer, now, practices }, request.purpose));
      const number = aNumber(input.number ?? request.number, left);
      await releases.clone().insert({
        request_id,
        officer: request.officer,
        number,
        released_by: caller.sub,
        released_at: now,
      });
      return { request_id };
    },
    ({ request_id }, { load }) => load.releaseRequest.load(request_id),
  ),
} satisfies Partial<MutationResolvers>;

const MOST_REQUESTED = 1_000;
const LONGEST_GROUND = 500;

/** @throws RELEASE_TOO_LARGE unless it is a number from 1 to this. */
function aNumber(number: number, most: number): number {
  if (number >= 1 && number <= most) return number;
  throw failure('RELEASE_TOO_LARGE', undefined, { argument: 'input.number', limit: Math.max(0, most) });
}

/** The guard has admitted these purposes only. */
function counted(purpose: string): 'VISIT' | 'WELFARE_SERVICE' | 'MANDATORY_REPORT' {
  if (purpose === 'VISIT' || purpose === 'WELFARE_SERVICE' || purpose === 'MANDATORY_REPORT') return purpose;
  throw new Error('This purpose is not counted by day.');
}
