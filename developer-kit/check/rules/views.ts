import type { Agency } from '../../../shared/domain/agencies';
import { digestOf } from '../digest';
import type { Finding, Severity } from '../finding';
import type { DatabasePair } from '../reading';
import type { View } from '../sql/view';
import { viewDifference, viewInWords } from '../sql/view-difference';
import type { Rule } from './rule';

/**
 * Reports views that migrations create, change or drop: what the reader of an agency can see (`exposed`), its writer can
 * write (`work`), and views of `base` that these read. One that shows more, or may, is an opening.
 */
export const views: Rule = ({ databases, before }) =>
  [...databases].flatMap(([agency, pair]) => changesOf(agency, pair, before.name));

// Private:

function changesOf(agency: Agency, { before, after }: DatabasePair, committed: string): readonly Finding[] {
  if (before === after) return [];
  const finding = (severity: Severity, view: View, words: string, at?: string): Finding => ({
    what: 'view',
    severity,
    agencies: [agency],
    message: `${view.name} of ${agency}: ${words}`,
    places: [{ file: view.file, line: view.line, ...(at !== undefined && { at }) }],
    // The message cuts long expressions.
    digest: digestOf(JSON.stringify([view.definition, view.options])),
  });
  const present = [...after.views.values()].flatMap((view) => {
    const was = before.views.get(view.name);
    // What reads a new view of base is itself new or changed.
    if (was === undefined) return isReached(view) ? [finding('opening', view, `new, ${viewInWords(view)}`)] : [];
    const difference = viewDifference(was, view);
    return difference === undefined ? [] : [finding(difference.opens ? 'opening' : 'change', view, difference.words)];
  });
  const gone = [...before.views.values()].filter(({ name }) => !after.views.has(name));
  return [...present, ...gone.map((view) => finding('change', view, 'dropped', committed))];
}

/** Whether a role of the agency reaches it by its schema. */
const isReached = ({ name }: View): boolean => !name.startsWith('base.');
