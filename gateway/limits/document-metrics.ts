import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { fragmentsOf } from '../request/operation';

/** Size of a selection with its fragments expanded. */
export interface DocumentMetrics {
  /** Levels of fields. */
  readonly depth: number;
  /** All fields. */
  readonly fields: number;
  /** Fields with an alias. */
  readonly aliases: number;
  /** Fields of the first level. */
  readonly level: number;
  /** Spreads of named fragments. */
  readonly spreads: number;
  /** Whether a fragment spreads itself. The inner spread counts as nothing; validation refuses it. */
  readonly recursive: boolean;
}

const NOTHING: DocumentMetrics = { depth: 0, fields: 0, aliases: 0, level: 0, spreads: 0, recursive: false };
const RECURSION: DocumentMetrics = { ...NOTHING, recursive: true };

/** Measures selections of a document, each fragment once. */
export function documentMetrics(document: DocumentNode): (selections: SelectionSetNode) => DocumentMetrics {
  const fragments = fragmentsOf(document);
  const known = new Map<string, DocumentMetrics>();

  const ofFragment = (name: string): DocumentMetrics => {
    const measure = known.get(name) ?? NOTHING;
    const fragment = fragments[name];
    if (known.has(name) || fragment === undefined) return measure;
    known.set(name, RECURSION);
    const measured = ofSelections(fragment.selectionSet);
    known.set(name, measured);
    return measured;
  };
  const ofSelections = ({ selections }: SelectionSetNode): DocumentMetrics => {
    let { depth, fields, aliases, level, spreads, recursive } = NOTHING;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? ofSelections(selection.selectionSet) : NOTHING;
        depth = Math.max(depth, 1 + below.depth);
        fields += 1 + below.fields;
        aliases += (selection.alias === undefined ? 0 : 1) + below.aliases;
        spreads += below.spreads;
        recursive ||= below.recursive;
        level += 1;
        continue;
      }
      const inner =
        selection.kind === Kind.INLINE_FRAGMENT
          ? ofSelections(selection.selectionSet)
          : ofFragment(selection.name.value);
      depth = Math.max(depth, inner.depth);
      fields += inner.fields;
      aliases += inner.aliases;
      level += inner.level;
      spreads += (selection.kind === Kind.FRAGMENT_SPREAD ? 1 : 0) + inner.spreads;
      recursive ||= inner.recursive;
    }
    return { depth, fields, aliases, level, spreads, recursive };
  };
  return ofSelections;
}
