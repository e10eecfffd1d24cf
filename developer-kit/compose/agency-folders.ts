import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ErrorList } from '../../shared/cli/error-list';
import { inReadingOrder, pathsBelow } from '../../shared/config/agency-files';
import { type AgencyFolder, readAgencyFile } from './agency-file';

/** Required files of an agency's folder, and their readers. */
const FILES = ['agency.yaml', 'schema.graphql', 'catalogue.yaml', 'access.cedar', 'access.cases.yaml', 'index.ts'];

/** Files that a larger agency may split into several with the same extension, at any depth. */
const ENDINGS: Readonly<Record<string, string>> = {
  'schema.graphql': '.graphql',
  'access.cedar': '.cedar',
  'access.cases.yaml': '.cases.yaml',
};

/**
 * In kebab-case, short enough for names of databases and roles, and different from the other names in
 * docker-compose.yml.
 */
const NAME = /^(?!(?:gateway|redis|ledger)$)(?!.*-database$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST_NAME = 40;

export const NAME_RULE =
  `must be in kebab-case, at most ${LONGEST_NAME} characters, not "gateway", "redis" or "ledger", ` +
  'and not end in "-database"';

export const isAgencyName = (name: string): boolean => NAME.test(name) && name.length <= LONGEST_NAME;

/**
 * Reads the list of agencies: every folder below subgraphs/ is one.
 *
 * @returns the agencies sorted by order, then by name.
 * @throws ErrorList with every fault, one line each, with file and line.
 */
export function readAgencyFolders(subgraphs: string, project: string): readonly AgencyFolder[] {
  const faults: string[] = [];
  const names = readdirSync(subgraphs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  const agencies = names.flatMap((agency) => {
    const folder = join(subgraphs, agency);
    const named = relative(project, folder);
    if (!isAgencyName(agency)) faults.push(`the name of an agency's folder ${NAME_RULE} (${named})`);
    const missing = missingIn(folder);
    if (missing.length > 0)
      faults.push(`every folder here is an agency, but this one has no ${missing.join(', ')} (${named})`);
    if (missing.includes('agency.yaml')) return [];
    const file = join(folder, 'agency.yaml');
    try {
      return [readAgencyFile(agency, readFileSync(file, 'utf8'), relative(project, file))];
    } catch (error) {
      if (!(error instanceof ErrorList)) throw error;
      faults.push(...error.faults.map((fault) => `${agency}: ${fault}`));
      return [];
    }
  });
  faults.push(...twice(agencies, 'name', ({ name }) => [name]));
  faults.push(...twice(agencies, 'short', ({ short }) => [short]));
  faults.push(...twice(agencies, 'officer', ({ officers }) => officers.map(({ sub }) => sub)));
  if (faults.length > 0) throw new ErrorList(faults);
  return agencies.toSorted((a, b) => a.order - b.order || (a.agency < b.agency ? -1 : 1));
}

function missingIn(folder: string): readonly string[] {
  const paths = pathsBelow(folder);
  return FILES.filter((file) => {
    const ending = ENDINGS[file];
    return ending === undefined ? !paths.includes(file) : inReadingOrder(paths, ending).length === 0;
  });
}

/** Names and values that are claimed twice. */
function twice(
  agencies: readonly AgencyFolder[],
  what: string,
  valuesOf: (agency: AgencyFolder) => readonly string[],
): readonly string[] {
  const owners = new Map<string, string>();
  return agencies.flatMap((one) =>
    valuesOf(one).flatMap((value) => {
      const owner = owners.get(value);
      owners.set(value, one.agency);
      return owner === undefined
        ? []
        : [`${one.agency}: ${what} "${value}" is taken by ${owner} (subgraphs/${one.agency}/agency.yaml:1)`];
    }),
  );
}
