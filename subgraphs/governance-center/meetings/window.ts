import { milliseconds } from '../procedures/duration';
import type { Practices } from '../procedures/practices';
import type { JointMeetingRow } from './data';

/** The period in which a meeting gives access to its docket. */
export function windowOf(
  { held_at, region }: JointMeetingRow,
  practices: Practices,
  now: Date,
): { readonly opensAt: Date; readonly closesAt: Date } {
  const { meetings } = practices.for(region, now);
  return {
    opensAt: new Date(held_at.getTime() - milliseconds(meetings.opensBefore)),
    closesAt: new Date(held_at.getTime() + milliseconds(meetings.closesAfter)),
  };
}
