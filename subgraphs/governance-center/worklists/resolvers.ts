import type { Role } from '../../../shared/domain/caller';
import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { EMPTY_PAGE } from '../../../shared/subgraph/rows/page';
import type { Context } from '../context';
import { dutiesInForce } from '../duties/duty-of';
import { welfareDutiesOf } from '../duties/welfare-duties';
import { NO_COLUMNS, PARTY, REGION } from '../lists/columns';
import { kindOfReference, referenceIdOf } from '../participation/data';
import { closesAt } from '../participation/open-parts';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import type { DutyKind } from '../schema.types';
import { resourceOfOwnPart, resourceOfRequest, resourceOfWaiting } from './attributes';
import { listOwnParts, listWaiting } from './data';

/** Finds the attributes by which rules decide about worklists. */
export const worklistFinders: ResourceFinders<Context> = {
  'Query.ownParts': filteredInSql({
    ...NO_COLUMNS,
    region: { column: 'officer_region', type: 'text' },
    holder: { column: 'holder', type: 'boolean' },
  }),
  'Query.confirmationsWaiting': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    ...PARTY,
  }),
  OwnPart: resourceOfOwnPart,
  WaitingConfirmation: resourceOfWaiting,
  ParticipationRequest: resourceOfRequest,
};

export const worklistQueries = {
  async ownParts(_, args, context) {
    const { access, lists, settings, now, visibleRows } = context;
    const rows = visibleRows('Query.ownParts', {});
    if (rows === null) return EMPTY_PAGE;
    const { caller } = access;
    const is = (...roles: readonly Role[]) => roles.some((role) => caller.roles.includes(role));
    const inForce = (kind: DutyKind, ...roles: readonly Role[]) => (is(...roles) ? dutiesInForce(kind, context) : []);
    const assessment = is('case-worker') ? await context.load.dutiesOfOfficer.load(caller.sub) : [];
    const duties = {
      welfare: await inForce('WELFARE', 'agency-officer'),
      intake: await inForce('INTAKE', 'agency-officer'),
      visits: await inForce('VISITS', 'case-worker', 'child-director'),
      assessment: assessment.filter(({ kind, withdrawn_at }) => kind === 'ASSESSMENT' && withdrawn_at === null),
    };
    return listOwnParts(lists, rows, caller, duties, settings.practices, args, now);
  },
  async confirmationsWaiting(_, { filter, ...args }, { access, lists, settings, now, visibleRows }) {
    const rows = visibleRows('Query.confirmationsWaiting', { filter });
    if (rows === null) return EMPTY_PAGE;
    const duties = await welfareDutiesOf(access.caller, lists.db, now);
    const practice = settings.practices.for(access.caller.region, now);
    return listWaiting(lists, rows, duties, filter ?? {}, args, practice, now);
  },
} satisfies Partial<QueryResolvers>;

export const worklistTypes = {
  OwnPart: {
    reference: ({ kind, reference_id }) => `${kind.toLowerCase()}/${reference_id}`,
    until: ({ kind, ended_at, region }, _, { settings, now }) =>
      closesAt(kind, { ended: ended_at, region }, settings.practices, now),
  },
  WaitingConfirmation: {
    id: (row) => row.waiting_id,
    referenceId: (row) => row.reference_id,
  },
  ParticipationRequest: {
    id: (row) => row.request_id,
    kind: (row) => present(kindOfReference(row)),
    referenceId: (row) => present(referenceIdOf(row)),
  },
} satisfies Pick<Resolvers, 'OwnPart' | 'WaitingConfirmation' | 'ParticipationRequest'>;
