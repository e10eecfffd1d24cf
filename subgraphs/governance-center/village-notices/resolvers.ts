import { todayInChina } from '../../../shared/domain/dates';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import type { ChildResolvers, Resolvers } from '../resolvers.types';
import { resourceOfVillageNotice } from './attributes';

/** Finds the attributes by which rules decide about notices to villages. */
export const villageNoticeFinders: ResourceFinders<Context> = {
  VillageNotice: resourceOfVillageNotice,
};

/** Fields of `Child`. */
export const villageNoticesOfChild = {
  villageNotices: async ({ id }, _, { load, now }) =>
    (await load.villageNotices.load(id)).filter(
      ({ until, ended_on }) => ended_on === null && until >= todayInChina(now.getTime()),
    ),
} satisfies Partial<ChildResolvers>;

export const villageNoticeTypes = {
  VillageNotice: {
    id: (row) => row.notice_id,
  },
} satisfies Pick<Resolvers, 'VillageNotice'>;
