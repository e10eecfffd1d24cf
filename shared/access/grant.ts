import { z } from 'zod';
import { MEETING_KINDS } from './rule-vocabulary';

/**
 * What a case or meeting covers for a participant. The governance centre provides it, the gateway signs it into the
 * context, and rules read it.
 *
 * @example { kind: 'meeting', id: 'meeting-7', children: ['Zk3…'], meetingKind: 'CASE_CONFERENCE' }
 */
export const grant = z
  .strictObject({
    kind: z.enum(['case', 'meeting']),
    /** For meetings only. */
    meetingKind: z.enum(MEETING_KINDS).optional(),
    /** Pseudonyms. */
    children: z.array(z.string()).readonly(),
    cases: z.array(z.string()).readonly(),
    meetings: z.array(z.string()).readonly(),
  })
  .readonly();

export type Grant = z.infer<typeof grant>;

/** The grant to assume if a reference is not the caller's, or is explained by the rules alone. */
export const COVERS_NOTHING: Pick<Grant, 'children' | 'cases' | 'meetings'> = { children: [], cases: [], meetings: [] };
