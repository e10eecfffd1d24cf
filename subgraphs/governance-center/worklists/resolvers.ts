import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { EMPTY_PAGE } from '../../../shared/subgraph/rows/page';
import type { Context } from '../context';
import { NO_COLUMNS, PARTY, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { kindOfReference, referenceIdOf } from '../participation/data';
import { closesAt } from '../participation/open-parts';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
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
  ownParts(_, args, { access, lists, settings, now, visibleRows }) {
    const rows = visibleRows('Query.ownParts', {});
    return rows === null ? EMPTY_PAGE : listOwnParts(lists, rows, access.caller, settings.practices, args, now);
  },
  confirmationsWaiting: listOf('Query.confirmationsWaiting', listWaiting),
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
