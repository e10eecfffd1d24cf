/** The children in a request's entity representations, each once, in order. */
export function requestedChildIds(representations: unknown): readonly string[] {
  if (!Array.isArray(representations)) return [];
  const ids = new Set<string>();
  for (const { __typename, id } of representations) if (__typename === 'Child' && typeof id === 'string') ids.add(id);
  return [...ids];
}
