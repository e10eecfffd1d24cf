import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { CASE, CHILD, NO_COLUMNS, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { namedAgency } from '../named-agency';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfClue, resourceOfReceipt } from './attributes';
import { listClues } from './data';

/** Finds the attributes by which rules decide about clues and receipts. */
export const clueFinders: ResourceFinders<Context> = {
  'Query.clue': async ({ id }: { id: string }, { load }) => resourceOfClue(await byUuid(load.clue, id)),
  'Query.clues': filteredInSql(
    {
      ...NO_COLUMNS,
      ...REGION,
      ...CHILD,
      ...CASE,
      clue: { column: 'clue_id', type: 'uuid' },
      recipients: { column: 'recipients', type: 'text[]' },
      leadRecipient: { column: 'lead_recipient', type: 'text' },
    },
    { 'Clue.channel': ({ filter }) => Boolean(filter?.channel) },
  ),
  'Query.clueReceipt': async ({ receiptNumber }: { receiptNumber: string }, { load }) =>
    resourceOfReceipt(await load.clueOfReceipt.load(receiptNumber)),
  Clue: resourceOfClue,
  ClueReceipt: resourceOfReceipt,
};

export const clueQueries = {
  clue: (_, { id }, { load }) => byUuid(load.clue, id),
  clues: listOf('Query.clues', listClues),
  clueReceipt: (_, { receiptNumber }, { load }) => load.clueOfReceipt.load(receiptNumber),
} satisfies Partial<QueryResolvers>;

export const clueTypes = {
  Clue: {
    id: (row) => row.clue_id,
    region: async (row, _, { load }) => present(await load.region.load(row.region)),
    recipients: (row) => row.recipients.map(namedAgency),
    leadRecipient: (row) => row.lead_recipient && namedAgency(row.lead_recipient),
    child: (row) => (row.child_id === null ? null : { id: row.child_id }),
    case: (row, _, { load }) => (row.case_id === null ? null : load.case.load(row.case_id)),
    reporter: async (row, _, { load }) => (await load.reporter.load(row.clue_id))?.reporter || null,
    reporterContact: async (row, _, { load }) => (await load.reporter.load(row.clue_id))?.contact ?? null,
  },
  ClueReceipt: {
    receiptNumber: (row) => present(row.receipt_number),
    clue: (row) => row,
  },
} satisfies Pick<Resolvers, 'Clue' | 'ClueReceipt'>;
