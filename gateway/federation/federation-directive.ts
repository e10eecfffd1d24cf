import { type DocumentNode, Kind } from 'graphql';

/**
 * Returns a function that recognises a federation directive by any name under which the schema imports it.
 *
 * @param directive `requires`
 */
export function federationDirective(schema: DocumentNode, directive: string): (name: string) => boolean {
  const names = new Set([directive, `federation__${directive}`]);
  for (const definition of schema.definitions) {
    if (definition.kind !== Kind.SCHEMA_EXTENSION && definition.kind !== Kind.SCHEMA_DEFINITION) continue;
    const imports = (definition.directives ?? [])
      .flatMap((link) => link.arguments ?? [])
      .flatMap(({ name, value }) => (name.value === 'import' && value.kind === Kind.LIST ? value.values : []));
    for (const imported of imports) {
      if (imported.kind !== Kind.OBJECT) continue;
      const part = (key: string) => {
        const value = imported.fields.find(({ name }) => name.value === key)?.value;
        return value?.kind === Kind.STRING ? value.value.replace('@', '') : undefined;
      };
      const alias = part('as');
      if (part('name') === directive && alias !== undefined) names.add(alias);
    }
  }
  return (name) => names.has(name);
}
