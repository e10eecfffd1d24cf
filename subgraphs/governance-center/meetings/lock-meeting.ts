import type { Knex } from 'knex';
import { failure } from '../../../shared/protocol/errors';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { notFound, uuid } from '../mutations/input';
import { table } from '../mutations/table';
import type { NoticeKind } from '../webhooks/notice';
import { announce } from '../webhooks/outbox';
import { resourceOfMeeting } from './attributes';
import type { JointMeetingRow } from './data';

/** The record by which a mutation on a meeting is decided. */
export const ofMeeting = async ({ input }: { readonly input: { readonly meeting: string } }, { load }: Context) =>
  resourceOfMeeting(await byUuid(load.meeting, input.meeting));

export function answerMeeting({ meeting_id }: { readonly meeting_id: string }, { load }: Context) {
  return load.meeting.load(meeting_id);
}

/** @throws RECORD_NOT_FOUND, or CONFLICT with the current version. */
export async function lockMeeting(
  transaction: Knex.Transaction,
  id: string,
  version?: number,
): Promise<JointMeetingRow> {
  const meetings = table(transaction, 'joint_meeting').where({ meeting_id: uuid(id, 'meeting') });
  const meeting = await meetings.forUpdate().first();
  if (meeting === undefined) throw notFound('meeting');
  if (version !== undefined && meeting.version !== version) {
    throw failure('CONFLICT', undefined, { current: { version: meeting.version } });
  }
  return meeting;
}

/** Writes a change, increments the version and announces it. */
export async function changeMeeting(
  transaction: Knex.Transaction,
  { meeting_id, region, version }: JointMeetingRow,
  change: Partial<JointMeetingRow>,
  kind: NoticeKind,
  now: Date,
): Promise<{ readonly meeting_id: string }> {
  const meetings = table(transaction, 'joint_meeting').where({ meeting_id });
  await meetings.update({ ...change, version: version + 1 });
  await announce(transaction, { kind, subject: 'MEETING', id: meeting_id, region }, now);
  return { meeting_id };
}
