import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { GraphQLError } from 'graphql';
import { inReadingOrder, pathsBelow } from '../../shared/config/agency-files';
import { SCHEMA_ENDING } from '../../shared/subgraph/schema/type-defs';
import { isFresh, staleness } from '../compose/freshness';
import { resolverTypes, TYPES_FILE } from './resolver-types';

const USAGE = 'usage: npm run types [-- [--check] [agency ...]]';

/** Where the command works, and what it says there. */
export interface Surroundings {
  /** The project's folder, with one folder per agency in subgraphs/. */
  readonly project: string;
  readonly tell: (line: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * Writes the types of the named agencies' resolvers, or of all; with --check says whether the committed ones are fresh.
 *
 * @returns the exit code: 1 where anything was wrong, each fault in one line.
 */
export async function typesCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const subgraphs = join(surroundings.project, 'subgraphs');
  const agencies = readdirSync(subgraphs).filter((name) => hasSchema(join(subgraphs, name)));
  const asked = parse(args, agencies);
  if ('fault' in asked) {
    surroundings.warn(`error: ${asked.fault}`);
    surroundings.warn(USAGE);
    return 1;
  }
  let code = 0;
  for (const agency of asked.agencies.length > 0 ? asked.agencies : agencies) {
    for (const fault of await faultsOf(join(subgraphs, agency), asked.check, surroundings)) {
      surroundings.warn(`error: ${fault}`);
      code = 1;
    }
  }
  return code;
}

// Private:

const hasSchema = (path: string): boolean =>
  statSync(path).isDirectory() && inReadingOrder(pathsBelow(path), SCHEMA_ENDING).length > 0;

interface Asked {
  readonly check: boolean;
  readonly agencies: readonly string[];
}

function parse(args: readonly string[], known: readonly string[]): Asked | { readonly fault: string } {
  const check = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: { check }, allowPositionals: true });
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) return { fault: `There is no agency "${unknown}", but ${known.join(', ')}.` };
    return { check: values.check, agencies: positionals };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

async function faultsOf(folder: string, check: boolean, { project, tell }: Surroundings): Promise<readonly string[]> {
  const file = join(folder, TYPES_FILE);
  const path = relative(project, file);
  let types: string;
  try {
    types = await resolverTypes(folder);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // What the library that knows federated schemas found comes together, without a place of its own.
    const { causes = [error] } = error as GraphQLError & { readonly causes?: readonly GraphQLError[] };
    return causes.map((cause) => `${cause.message} (${place(cause, folder, project)})`);
  }
  if (!check) {
    writeFileSync(file, types);
    tell(path);
    return [];
  }
  return isFresh(file, types) ? [] : [staleness(path, 'types')];
}

function place({ source, locations }: GraphQLError, folder: string, project: string): string {
  const file = relative(project, source?.name ?? join(folder, 'schema.graphql'));
  return locations?.[0] === undefined ? file : `${file}:${locations[0].line}`;
}
