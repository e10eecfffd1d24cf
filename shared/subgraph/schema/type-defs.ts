import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BREAK, concatAST, type DocumentNode, parse, Source, visit } from 'graphql';
import { agencyFiles, type SourceFile } from '../../config/agency-files';
import { mergeExtensions } from './merge-extensions';

/** The prelude of every subgraph's schema: scalars and the mask directive. */
const PRELUDE = join(__dirname, 'prelude.graphql');

/** The enum `Agency`, generated from the agencies' folders, for schemas that use it. */
const AGENCY = join(__dirname, 'agency.graphql');

/**
 * Reads an agency's schema: the common prelude, then every `*.graphql` of its folder, at any depth. Every node knows
 * its file and line; type extensions are merged into the types that they extend.
 *
 * @throws GraphQLError if a file cannot be parsed, and Error if there is none.
 */
export function typeDefs(agencyFolder: string): DocumentNode {
  const files = agencyFiles(agencyFolder, SCHEMA_ENDING);
  if (files.length === 0) throw new Error(`There is no ${join(agencyFolder, 'schema.graphql')}.`);
  return behindPrelude(files);
}

/** File name extension of schemas. */
export const SCHEMA_ENDING = '.graphql';

/** The same for given texts; nodes name them by their paths. */
export function behindPrelude(files: readonly SourceFile[]): DocumentNode {
  const schema = concatAST(files.map(({ path, text }) => parse(new Source(text, path))));
  const common = namesAgency(schema) ? [PRELUDE, AGENCY] : [PRELUDE];
  return mergeExtensions(concatAST([...common.map(parseFile), schema]));
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
