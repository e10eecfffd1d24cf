import type { Database } from './database';
import type { View } from './view';

/** The tables and views that a view reads, directly or through views of `base`. */
export function sourcesBelow(view: View, { views }: Database): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    const source = name.startsWith('base.') ? views.get(name) : undefined;
    for (const one of source?.sources ?? []) add(one);
  };
  for (const one of view.sources) add(one);
  return found;
}
