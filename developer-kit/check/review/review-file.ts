import { z } from 'zod';
import { type FileFault, FileFaults, YamlFile } from '../../../shared/cli/read-yaml';
import { isDate } from '../../../shared/domain/dates';

/** The reviewed file, at the project's root. */
export const REVIEW_FILE = 'access-review.yaml';

const text = z.string().trim().min(1, 'is empty');
const digits = (length: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${length}}$`), `has not ${length} hex digits`);
/** The office or account that is responsible, and the day: `rule-officer`, `2026-11-30`. */
const signature = { who: text, on: z.string().refine(isDate, 'is no date like 2026-05-17') };

const acceptance = z.strictObject({
  /** The hash of the accepted finding. */
  finding: digits(64),
  /** Its message at the time. */
  what: text,
  ...signature,
  why: text,
});

const reviewed = z.strictObject({
  /** The last commit that was reviewed as a whole. */
  commit: digits(40),
  /** Its fingerprint, for copies without history. */
  fingerprint: digits(64),
  ...signature,
});

const reviewFile = z.strictObject({ reviewed, accepted: z.array(acceptance) });

export type Reviewed = z.infer<typeof reviewed>;

/** A finding that a responsible person has accepted since the reviewed commit. */
export interface Acceptance extends z.infer<typeof acceptance> {
  /** Line in the file, from 1. */
  readonly line: number;
}

/** The content of the reviewed file. */
export interface Review {
  /** Undefined if the file is missing or faulty. */
  readonly reviewed: Reviewed | undefined;
  readonly accepted: readonly Acceptance[];
  readonly faults: readonly FileFault[];
}

/**
 * Reads the reviewed file. Anything that is missing, written twice or dated in the future is a fault.
 *
 * @param today ISO date.
 */
export function reviewIn(yaml: string | undefined, today: string): Review {
  const none = { reviewed: undefined, accepted: [] };
  if (yaml === undefined) {
    return { ...none, faults: [{ message: 'There is no such file.', file: REVIEW_FILE, line: 1 }] };
  }
  // As text: a hash of digits alone is no number.
  const file = new YamlFile(yaml, REVIEW_FILE, { asText: true });
  try {
    const read = file.read(reviewFile);
    const accepted = read.accepted.map((one, at) => ({ ...one, line: file.lineOf(['accepted', at]) }));
    const late = [
      ...(read.reviewed.on > today ? [file.fault(['reviewed', 'on'], 'is in the future')] : []),
      ...accepted.flatMap(({ on }, at) => (on > today ? [file.fault(['accepted', at, 'on'], 'is in the future')] : [])),
    ];
    const twice = accepted.flatMap(({ finding }, at) =>
      accepted.findIndex((one) => one.finding === finding) < at
        ? [file.fault(['accepted', at, 'finding'], 'is accepted twice')]
        : [],
    );
    return { reviewed: read.reviewed, accepted, faults: [...late, ...twice] };
  } catch (error) {
    if (!(error instanceof FileFaults)) throw error;
    return { ...none, faults: error.places };
  }
}
