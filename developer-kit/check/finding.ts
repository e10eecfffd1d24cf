import type { Agency } from '../../shared/domain/agencies';

/**
 * `error` must be corrected. `opening`: somebody is answered or told more than before, which a responsible person must
 * accept. `accepted`: one that access-review.yaml accepts. `change`: any other change of answers, for review. `note`: for
 * information.
 */
export const SEVERITIES = ['error', 'opening', 'accepted', 'change', 'note'] as const;

export type Severity = (typeof SEVERITIES)[number];

export interface Place {
  /** Path from the project's root. */
  readonly file: string;
  /** Line from 1; undefined for the file as a whole. */
  readonly line: number | undefined;
  /** The committed state that the line refers to; undefined for the working tree. */
  readonly at?: string | undefined;
}

/** A change of answers in a form for programs; the message says the same. */
export interface AnswerChange {
  readonly fields: readonly string[];
  readonly roles: readonly string[];
  readonly agencies: readonly string[];
  /** `CASE_HANDLING with its case` */
  readonly purposes: readonly string[];
  /** Conditions on the record: `in any region`. */
  readonly conditions: readonly string[];
  /** The same in full: which values, `{ region: ['in their region'] }`; no entry for an attribute whose value does not matter. */
  readonly records: Readonly<Record<string, readonly string[]>>;
  readonly before: string;
  readonly after: string;
  /** Ids of the rules that cause the change. */
  readonly rules: readonly string[];
}

/**
 * One finding of the check.
 *
 * @example { what: 'removed', severity: 'error', agencies: ['education'], message: 'Enrolment.school was removed', places:
 * [{ file: 'subgraphs/education/schema.graphql', line: 57 }] }
 */
export interface Finding {
  /** Its kind: `removed`, `opened`, `label`. */
  readonly what: string;
  readonly severity: Severity;
  /** Agencies whose folders contain the cause. */
  readonly agencies: readonly Agency[];
  /** One line, without its places. */
  readonly message: string;
  readonly places: readonly Place[];
  readonly change?: AnswerChange;
  /** Of the content that the message is about and does not show. An acceptance is for this content. */
  readonly digest?: string;
  /** Set for an error that names a loss, which those who lose something may accept. */
  readonly acceptable?: true;
  /** Identifies a finding that can be accepted. */
  readonly hash?: string;
  /** Who accepted it, when and why. */
  readonly accepted?: { readonly who: string; readonly on: string; readonly why: string };
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
