/** A type that generated code declares. */
export interface Declaration {
  readonly name: string;
  readonly text: string;
}

/** The exported types of generated code, in its order, without imports, and comments between them. */
export function declarationsIn(code: string): readonly Declaration[] {
  const starts = [...code.matchAll(/^ *export (?:type|interface) (\w+)/gm)];
  return starts.map(({ 1: name = '', index }, position) => ({
    name,
    text: code
      .slice(index, starts[position + 1]?.index)
      .replaceAll(/^\s*\/\*\*[\s\S]*?\*\/\s*$/gm, '')
      .trim(),
  }));
}

/** An `import type` of the names that the code mentions; empty if it mentions none. */
export function importOf(names: Iterable<string>, from: string, code: string): readonly string[] {
  // String literals and property names do not mention types.
  const mentioned = new Set(code.replaceAll(/'[^']*'/g, '').match(/\b[A-Za-z_]\w*\b(?!\??:)/g));
  const used = [...names].filter((name) => mentioned.has(name)).sort();
  return used.length === 0 ? [] : [`import type { ${used.join(', ')} } from '${from}';`];
}
