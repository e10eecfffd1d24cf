import { COVERS_NOTHING, type Grant } from '../../../shared/access/grant';
import type { Context } from '../context';
import type { ReferenceKind, Grant as SchemaGrant } from '../schema.types';
import { confirmedBy, type Referred } from './confirmation';
import { HELD_REFERENCES } from './held-references';
import { helpedBy } from './helped';

/** A case covers itself, its children, and the meetings that have it on the docket. */
async function caseGrant(id: string, { load }: Context): Promise<Grant> {
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
async function meetingGrant(id: string, { load }: Context): Promise<Grant | null> {
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

/** A task covers itself and the children whom it is about. */
async function taskGrant(id: string, { load }: Context): Promise<Grant> {
  const children = await load.childrenOfTask.load(id);
  return { ...COVERS_NOTHING, kind: 'task', children: children.map(({ child_id }) => child_id), tasks: [id] };
}

/** An assignment of a lead agency, or a support after misconduct, covers itself and its child. */
async function helpGrant(id: string, context: Context): Promise<Grant | null> {
  const helped = await helpedBy(id, context);
  if (helped === null) return null;
  const { child, visitsSchool } = helped;
  return { ...COVERS_NOTHING, kind: 'protection', children: [child], assignments: [id], visitsSchool };
}

/** A clue covers itself, and its child if that is known. */
async function clueGrant(id: string, { load }: Context): Promise<Grant | null> {
  const row = await load.clue.load(id);
  if (row === null) return null;
  return { ...COVERS_NOTHING, kind: 'clue', children: row.child_id === null ? [] : [row.child_id], clues: [id] };
}

/** What each kind of reference covers; null where there is none. Other kinds are refused like unknown ones. */
const GRANTS: Readonly<Partial<Record<ReferenceKind, (id: string, context: Context) => Promise<Grant | null>>>> = {
  CASE: caseGrant,
  MEETING: meetingGrant,
  TASK: taskGrant,
  PROTECTION: helpGrant,
  CLUE: clueGrant,
};

/** The content of a reference, and who confirmed the caller's part or duty; null without either. */
export async function grantOf(referred: Referred, context: Context): Promise<SchemaGrant | null> {
  const id = referred.id.toLowerCase();
  const held = HELD_REFERENCES[referred.kind];
  const confirmed = await (held === undefined ? grantOfPart(referred, id, context) : held.grant(id, context));
  if (confirmed === null) return null;
  const { grant, confirmedBy: head } = confirmed;
  return { ...grant, kind: referred.kind, meetingKind: grant.meetingKind ?? null, confirmedBy: head };
}

// Private:

/** The content of what the caller takes part in. */
async function grantOfPart(referred: Referred, id: string, context: Context) {
  const [grant, head] = await Promise.all([
    GRANTS[referred.kind]?.(id, context) ?? null,
    confirmedBy(referred, context),
  ]);
  return grant && head !== null ? { grant, confirmedBy: head } : null;
}
