import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concatAST, type DocumentNode, parse, Source } from 'graphql';

/** What every subgraph's schema begins with: scalars and the mask directive. */
const PRELUDE = join(__dirname, 'prelude.graphql');

/** An agency's schema behind the common prelude; every node knows its file and line. */
export function typeDefs(agencyFolder: string): DocumentNode {
  return concatAST([PRELUDE, join(agencyFolder, 'schema.graphql')].map(parseFile));
}

function parseFile(path: string): DocumentNode {
  return parse(new Source(readFileSync(path, 'utf8'), path));
}
