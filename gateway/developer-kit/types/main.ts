import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { GraphQLError } from 'graphql';
import { resolverTypes, TYPES_FILE } from './resolver-types';

const PROJECT = join(__dirname, '../../..');
const SUBGRAPHS = join(PROJECT, 'subgraphs');

const USAGE = 'npm run types [-- [--check] [agency ...]]';

/** Writes the types of the named agencies' resolvers, or of all; with --check says whether the committed ones are fresh. */
async function main(args: readonly string[]): Promise<number> {
  const agencies = readdirSync(SUBGRAPHS).filter((name) => existsSync(join(SUBGRAPHS, name, 'schema.graphql')));
  const asked = parse(args);
  const unknown = asked?.agencies.find((name) => !agencies.includes(name));
  if (asked === undefined || unknown !== undefined) {
    if (unknown !== undefined) console.error(`error: there is no agency "${unknown}": ${agencies.join(', ')}.`);
    console.error(`usage: ${USAGE}`);
    return 1;
  }
  let faults = 0;
  for (const agency of asked.agencies.length > 0 ? asked.agencies : agencies) {
    const fault = await typesOf(agency, asked.check);
    if (fault === undefined) continue;
    console.error(`error: ${fault}`);
    faults += 1;
  }
  return faults === 0 ? 0 : 1;
}

interface Asked {
  readonly check: boolean;
  readonly agencies: readonly string[];
}

function parse(args: readonly string[]): Asked | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { check: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    return { check: values.check, agencies: positionals };
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return undefined;
  }
}

/** @returns what is wrong, in one line. */
async function typesOf(agency: string, check: boolean): Promise<string | undefined> {
  const folder = join(SUBGRAPHS, agency);
  const file = join(folder, TYPES_FILE);
  const path = relative(PROJECT, file);
  let types: string;
  try {
    types = await resolverTypes(folder);
  } catch (error) {
    return `${agency}: ${(error as Error).message}${place(error)}`;
  }
  if (!check) {
    writeFileSync(file, types);
    console.log(path);
    return undefined;
  }
  const fresh = existsSync(file) && readFileSync(file, 'utf8') === types;
  return fresh ? undefined : `${path} is not fresh: run npm run types and commit the result.`;
}

function place(error: unknown): string {
  if (!(error instanceof GraphQLError) || error.source === undefined) return '';
  return ` (${relative(PROJECT, error.source.name)}:${error.locations?.[0]?.line ?? 1})`;
}

if (require.main === module) {
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
