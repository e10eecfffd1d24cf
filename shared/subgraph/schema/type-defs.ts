import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BREAK, concatAST, type DocumentNode, parse, Source, visit } from 'graphql';

/** What every subgraph's schema begins with: scalars and the mask directive. */
const PRELUDE = join(__dirname, 'prelude.graphql');

/** The enum `Agency`, generated from the folders of agencies, for schemas that name it. */
const AGENCY = join(__dirname, 'agency.graphql');

/** An agency's schema behind what it has in common with others; every node knows its file and line. */
export function typeDefs(agencyFolder: string): DocumentNode {
  const path = join(agencyFolder, 'schema.graphql');
  return behindPrelude(readFileSync(path, 'utf8'), path);
}

/**
 * The same of a text.
 *
 * @param path what nodes know as their file.
 */
export function behindPrelude(text: string, path: string): DocumentNode {
  const schema = parse(new Source(text, path));
  const common = namesAgency(schema) ? [PRELUDE, AGENCY] : [PRELUDE];
  return concatAST([...common.map(parseFile), schema]);
}

// Private:

function parseFile(path: string): DocumentNode {
  return parse(new Source(readFileSync(path, 'utf8'), path));
}

function namesAgency(schema: DocumentNode): boolean {
  let found = false;
  visit(schema, {
    NamedType({ name }) {
      if (name.value !== 'Agency') return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
