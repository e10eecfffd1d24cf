import { z } from 'zod';
import { MEETING_KINDS } from './rule-vocabulary';

/**
 * What a case or meeting covers for a caller who takes part in it. The governance centre says so, the gateway signs it
 * into the context, rules read it.
 */
export const grant = z
  .strictObject({
    kind: z.enum(['case', 'meeting']),
    /** Of a meeting only. */
    meetingKind: z.enum(MEETING_KINDS).optional(),
    /** Pseudonyms. */
    children: z.array(z.string()).readonly(),
    cases: z.array(z.string()).readonly(),
    meetings: z.array(z.string()).readonly(),
  })
  .readonly();

export type Grant = z.infer<typeof grant>;

/** Of a reference that is looked at by rules alone, or that is somebody else's. */
export const COVERS_NOTHING: Pick<Grant, 'children' | 'cases' | 'meetings'> = { children: [], cases: [], meetings: [] };
