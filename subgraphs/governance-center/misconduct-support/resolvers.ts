import { todayInChina } from '../../../shared/domain/dates';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { dayAfter } from '../procedures/duration';
import type { ChildResolvers, Resolvers } from '../resolvers.types';
import { resourceOfSupport } from './attributes';

/** Finds the attributes by which rules decide about misconduct support. */
export const misconductSupportFinders: ResourceFinders<Context> = {
  MisconductSupport: resourceOfSupport,
};

/** Fields of `Child`. */
export const misconductSupportOfChild = {
  misconductSupport: async ({ id }, _, { load, now, settings }) => {
    const rows = await load.misconductSupports.load(id);
    const child = await load.child.load(id);
    if (child === null) return [];
    const { calendar } = settings.practices;
    const { closesAfter } = settings.practices.for(child.region, now).support;
    const today = todayInChina(now.getTime());
    return rows.filter(({ ended_on }) => ended_on === null || today <= dayAfter(ended_on, closesAfter, calendar));
  },
} satisfies Partial<ChildResolvers>;

export const misconductSupportTypes = {
  MisconductSupport: {
    id: (row) => row.support_id,
    visits: (row, _, { load }) => load.supportVisits.load(row.support_id),
  },
  SupportVisit: {
    by: (row) => row.visited_by,
  },
} satisfies Pick<Resolvers, 'MisconductSupport' | 'SupportVisit'>;
