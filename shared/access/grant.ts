import { z } from 'zod';
import { REFERENCE_KINDS } from '../domain/purpose';
import { MEETING_KINDS } from './rule-vocabulary';

const ids = z.array(z.string()).readonly();

/**
 * What a reference covers for its holder. The governance centre provides it, the gateway signs it into the context, and
 * rules read it.
 *
 * @example { kind: 'meeting', meetingKind: 'CASE_CONFERENCE', children: ['Zk3…'], cases: ['4984…'], meetings: ['b33f…'],
 *   tasks: [], assignments: [], clues: [], visitsSchool: false }
 */
export const grant = z
  .strictObject({
    kind: z.enum(REFERENCE_KINDS),
    /** For meetings only. */
    meetingKind: z.enum(MEETING_KINDS).optional(),
    /** Pseudonyms. */
    children: ids,
    cases: ids,
    meetings: ids,
    tasks: ids,
    assignments: ids,
    clues: ids,
    /** Whether the help that the reference is about includes visits at school. */
    visitsSchool: z.boolean(),
  })
  .readonly();

export type Grant = z.infer<typeof grant>;

/** The grant to assume if a reference is not the caller's, or is explained by the rules alone. */
export const COVERS_NOTHING: Omit<Grant, 'kind' | 'meetingKind'> = {
  children: [],
  cases: [],
  meetings: [],
  tasks: [],
  assignments: [],
  clues: [],
  visitsSchool: false,
};
