import { COVERS_NOTHING, type Grant } from '../../../shared/access/grant';
import type { Context } from '../context';
import type { Loaders } from '../data';
import type { ReferenceKind, Grant as SchemaGrant } from '../schema.types';
import { confirmationOf, type Referred } from './confirmation';

/** A case covers itself, its children, and the meetings that have it on the docket. */
async function caseGrant(id: string, load: Loaders): Promise<Grant> {
  const [children, dockets] = await Promise.all([load.childrenOfCase.load(id), load.docketOfCase.load(id)]);
  return {
    ...COVERS_NOTHING,
    kind: 'case',
    children: children.map(({ child_id }) => child_id),
    cases: [id],
    meetings: dockets.filter(({ open }) => open).map(({ meeting_id }) => meeting_id),
  };
}

/** A meeting covers itself, the cases on its docket, and their children. */
async function meetingGrant(id: string, load: Loaders): Promise<Grant | null> {
  const [meeting, docket] = await Promise.all([load.meeting.load(id), load.docketOfMeeting.load(id)]);
  if (meeting === null) return null;
  const cases = docket.filter(({ open }) => open).map(({ case_id }) => case_id);
  const children = await Promise.all(cases.map((case_id) => load.childrenOfCase.load(case_id)));
  return {
    ...COVERS_NOTHING,
    kind: 'meeting',
    meetingKind: meeting.kind,
    children: [...new Set(children.flat().map(({ child_id }) => child_id))],
    cases,
    meetings: [id],
  };
}

/** What each kind of reference covers; null where there is none. Other kinds are refused like unknown ones. */
const GRANTS: Readonly<Partial<Record<ReferenceKind, (id: string, load: Loaders) => Promise<Grant | null>>>> = {
  CASE: caseGrant,
  MEETING: meetingGrant,
};

/** The content of a reference, and who confirmed the caller's part; null without either. */
export async function grantOf(referred: Referred, context: Context): Promise<SchemaGrant | null> {
  const { load } = context;
  const id = referred.id.toLowerCase();
  const [grant, confirmation] = await Promise.all([
    GRANTS[referred.kind]?.(id, load) ?? null,
    confirmationOf(referred, context),
  ]);
  if (grant === null || confirmation === null) return null;
  return {
    ...grant,
    kind: referred.kind,
    meetingKind: grant.meetingKind ?? null,
    confirmedBy: confirmation.confirmed_by,
  };
}
