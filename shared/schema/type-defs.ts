import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatAST, type DocumentNode, parse, Source } from 'graphql';

/** What every subgraph's schema begins with: scalars and the mask directive. */
const PRELUDE = join(__dirname, 'prelude.graphql');

/** An agency's schema behind the common prelude; every node knows its file and line. */
export function typeDefs(agencyFolder: string): DocumentNode {
  const path = join(agencyFolder, 'schema.graphql');
  return behindPrelude(readFileSync(path, 'utf8'), path);
}

/**
 * The same of a text.
 *
 * @param path what nodes know as their file.
 */
export function behindPrelude(schema: string, path: string): DocumentNode {
  return concatAST([parse(new Source(readFileSync(PRELUDE, 'utf8'), PRELUDE)), parse(new Source(schema, path))]);
}
