import type { Agency } from '../../shared/domain/agencies';

/**
 * error: must be mended. opening: somebody is answered or told more than before, which a reviewer must accept. change: all
 * other changes of answers, to be read. note: what is good to know.
 */
export const SEVERITIES = ['error', 'opening', 'change', 'note'] as const;

export type Severity = (typeof SEVERITIES)[number];

export interface Place {
  /** From the project's root. */
  readonly file: string;
  /** From 1; undefined where the file as a whole is meant. */
  readonly line: number | undefined;
  /** The committed state that the line is counted in; undefined for the files as they are now. */
  readonly at?: string | undefined;
}

/** Who is answered otherwise than before, for programs; the message says the same. */
export interface AnswerChange {
  readonly fields: readonly string[];
  readonly roles: readonly string[];
  readonly agencies: readonly string[];
  /** `CASE_HANDLING with its case` */
  readonly purposes: readonly string[];
  /** What the record must be like: `in any region`. */
  readonly conditions: readonly string[];
  readonly before: string;
  readonly after: string;
  /** Ids of the rules that make the difference. */
  readonly rules: readonly string[];
}

/** One thing that the check has found. */
export interface Finding {
  /** In a word or two: `removed`, `opened`, `label`. */
  readonly what: string;
  readonly severity: Severity;
  /** In whose folders the reason lies. */
  readonly agencies: readonly Agency[];
  /** One line, without its places. */
  readonly message: string;
  readonly places: readonly Place[];
  readonly change?: AnswerChange;
}

/** `breaking: Enrolment.school was removed; … (subgraphs/education/schema.graphql:57)` */
export function lineOf({ what, message, places }: Finding): string {
  const files = [...new Set(places.map(({ file }) => file))];
  const told = files.map((file) => {
    const own = places.filter((place) => place.file === file);
    const lines = [
      ...new Set(own.flatMap(({ line, at }) => (line === undefined ? [] : [`${line}${at ? ` at ${at}` : ''}`]))),
    ];
    return lines.length === 0 ? file : `${file}:${lines.join(', ')}`;
  });
  return `${what}: ${message}${told.length === 0 ? '' : ` (${told.join(', ')})`}`;
}
