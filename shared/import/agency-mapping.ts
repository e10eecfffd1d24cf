import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AGENCIES, type Agency, isAgency } from '../domain/agencies';
import type { Kind, Mapping } from './mapping/mapping';
import { readMapping } from './mapping/read-mapping';
import { ImportRefused } from './refused';

/** An agency's import mapping. */
export interface AgencyMapping extends Mapping {
  readonly agency: Agency;
}

/**
 * Reads an agency's import mapping.
 *
 * @param folder subgraphs/, with one folder per agency.
 * @throws {ImportRefused} for an unknown agency, an agency without imports, or a faulty mapping file.
 */
export async function agencyMapping(folder: string, agency: string): Promise<AgencyMapping> {
  const fileOf = (name: string) => join(folder, name, 'import.yaml');
  if (!isAgency(agency) || !existsSync(fileOf(agency))) {
    const known = AGENCIES.filter((name) => existsSync(fileOf(name)));
    throw new ImportRefused(`${agency} is not an agency with a file import.yaml; those are ${known.join(', ')}.`);
  }
  const yaml = await readFile(fileOf(agency), 'utf8');
  return { agency, ...readMapping(yaml, `${basename(folder)}/${agency}/import.yaml`) };
}

export interface NamedKind {
  readonly name: string;
  readonly kind: Kind;
}

/** @throws {ImportRefused} with a list of the agency's kinds. */
export function kindNamed(mapping: AgencyMapping, name: string): NamedKind {
  const kind = mapping.kinds[name];
  if (kind === undefined) throw new ImportRefused(`${mapping.agency} does not import ${name}. ${kindsOf(mapping)}`);
  return { name, kind };
}

/**
 * Finds the kind by the beginning of the file's name: the kind's own name or one of its listed beginnings; the longest
 * match wins.
 *
 * @throws {ImportRefused} if none matches.
 */
export function kindOfFile(mapping: AgencyMapping, path: string): NamedKind {
  const file = basename(path).toLowerCase();
  const [found] = Object.entries(mapping.kinds)
    .flatMap(([name, kind]) => [name, ...kind.files].map((beginning) => ({ name, kind, beginning })))
    .filter(({ beginning }) => file.startsWith(beginning.toLowerCase()))
    .toSorted((a, b) => b.beginning.length - a.beginning.length);
  if (found !== undefined) return found;
  throw new ImportRefused(`The file's name does not begin with a kind of data: add --kind. ${kindsOf(mapping)}`);
}

// Private:

function kindsOf({ agency, kinds }: AgencyMapping): string {
  const listed = Object.entries(kinds).map(([name, { title }]) => `${name} (${title})`);
  return `${agency} imports ${listed.join(', ')}.`;
}
