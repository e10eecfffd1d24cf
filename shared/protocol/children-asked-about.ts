/** The children whom representations name, each once, in their order: whom an agency is asked about. */
export function requestedChildIds(representations: unknown): readonly string[] {
  if (!Array.isArray(representations)) return [];
  const ids = new Set<string>();
  for (const { __typename, id } of representations) if (__typename === 'Child' && typeof id === 'string') ids.add(id);
  return [...ids];
}
