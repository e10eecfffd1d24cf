import { digestOf } from '../digest';
import type { Finding } from '../finding';

/**
 * Identifies a finding by its content: for a changed answer the kind, the fields, who, for what, about which records, from
 * what to what and by which rules; for any other finding the kind, the message, the files, and the content that it is about.
 * Lines and the order of parts do not count.
 *
 * @example hashOf(finding) // '3f2a9c41d07b…', 64 hexadecimal digits
 */
export function hashOf({ what, message, places, change, digest = '' }: Finding): string {
  const content =
    change === undefined
      ? [what, message, sorted([...new Set(places.map(({ file }) => file))]), digest]
      : [
          what,
          ...[change.fields, change.roles, change.agencies, change.purposes].map(sorted),
          Object.entries(change.records)
            .map(([attribute, values]) => [attribute, sorted(values)])
            .sort(),
          change.before,
          change.after,
          sorted(change.rules),
        ];
  return digestOf(JSON.stringify(content));
}

/** Digits of a hash that are shown: enough to name a finding. */
export const HASH_DIGITS_SHOWN = 12;

// Private:

const sorted = (names: readonly string[]): readonly string[] => [...names].sort();
