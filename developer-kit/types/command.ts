import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { GraphQLError } from 'graphql';
import { readCommandLine, UsageError } from '../../shared/cli/command-line';
import { inReadingOrder, pathsBelow } from '../../shared/config/agency-files';
import { SCHEMA_ENDING } from '../../shared/subgraph/schema/type-defs';
import { isFresh, staleness } from '../compose/freshness';
import { resolverTypes } from './resolver-types';

export const USAGE = `Usage: npm run types -- [<agency>...] [--check]

  --check  writes nothing, and fails if a committed file is stale`;

/** The template of `npm run agency:new`, which has generated types like an agency. */
const TEMPLATE = 'developer-kit/agency-template';

/** Where the command reads and writes files, and where it prints. */
export interface Surroundings {
  /** The project's folder, with one folder per agency in subgraphs/. */
  readonly project: string;
  readonly tell: (line: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * Writes the resolver types of the named agencies, or of all; with --check, compares them with the committed ones.
 *
 * @returns the exit code: 1 for any fault, each reported in one line.
 * @throws UsageError
 */
export async function typesCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const subgraphs = join(surroundings.project, 'subgraphs');
  const agencies = readdirSync(subgraphs).filter((name) => hasSchema(join(subgraphs, name)));
  const { values, positionals } = readCommandLine(USAGE, args, {
    options: { check: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !agencies.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no agency "${unknown}". The agencies are ${agencies.join(', ')}.`, USAGE);
  }
  const template = join(surroundings.project, TEMPLATE);
  const folders = (positionals.length > 0 ? positionals : agencies).map((agency) => join(subgraphs, agency));
  if (positionals.length === 0 && existsSync(template)) folders.push(template);
  let code = 0;
  for (const folder of folders) {
    for (const fault of await faultsOf(folder, values.check, surroundings)) {
      surroundings.warn(`error: ${fault}`);
      code = 1;
    }
  }
  return code;
}

// Private:

const hasSchema = (path: string): boolean =>
  statSync(path).isDirectory() && inReadingOrder(pathsBelow(path), SCHEMA_ENDING).length > 0;

async function faultsOf(folder: string, check: boolean, { project, tell }: Surroundings): Promise<readonly string[]> {
  let types: ReadonlyMap<string, string>;
  try {
    types = await resolverTypes(folder);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // The federation library reports all faults in one error that has no location of its own.
    const { causes = [error] } = error as GraphQLError & { readonly causes?: readonly GraphQLError[] };
    return causes.map((cause) => `${cause.message} (${place(cause, folder, project)})`);
  }
  return [...types].flatMap(([name, text]) => {
    const file = join(folder, name);
    const path = relative(project, file);
    if (check) return isFresh(file, text) ? [] : [staleness(path, 'types')];
    writeFileSync(file, text);
    tell(path);
    return [];
  });
}

function place({ source, locations }: GraphQLError, folder: string, project: string): string {
  const file = relative(project, source?.name ?? join(folder, 'schema.graphql'));
  return locations?.[0] === undefined ? file : `${file}:${locations[0].line}`;
}
