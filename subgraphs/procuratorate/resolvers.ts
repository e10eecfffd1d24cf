import type { RecordFinders } from '../../shared/access/record-finders';
import { type ChildKey, childReference, recordOfChild } from '../../shared/child-reference';
import type { Resolvers, SubgraphContext } from '../../shared/subgraph-definition';
import type { JudicialAidRow, LegalDocumentRow, Loaders, VictimSupportRow } from './data';

type Context = SubgraphContext<Loaders>;

export const records: RecordFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => recordOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers<Context> = {
  Child: {
    __resolveReference: childReference,
    protectionOrders: ({ id }: ChildKey, _, { load }) => load.legalDocuments.load(id),
    victimSupport: ({ id }: ChildKey, _, { load }) => load.victimSupport.load(id),
    judicialAid: ({ id }: ChildKey, _, { load }) => load.judicialAid.load(id),
  },
  LegalDocument: {
    issuedAt: (row: LegalDocumentRow) => row.issued_at,
    servedAt: (row: LegalDocumentRow) => row.served_at,
    replyDue: (row: LegalDocumentRow) => row.reply_due,
    repliedAt: (row: LegalDocumentRow) => row.replied_at,
  },
  VictimSupport: {
    oneStopInterviewDone: (row: VictimSupportRow) => row.one_stop_interview_done,
    legalAid: (row: VictimSupportRow) => row.legal_aid,
  },
  JudicialAid: {
    grantedAt: (row: JudicialAidRow) => row.granted_at,
  },
};
