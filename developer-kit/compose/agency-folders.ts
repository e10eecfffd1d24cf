import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ErrorList } from '../../shared/cli/error-list';
import { inReadingOrder, pathsBelow } from '../../shared/config/agency-files';
import { type AgencyFolder, readAgencyFile } from './agency-file';

/** What every agency's folder has, and what others read of it. */
const FILES = ['agency.yaml', 'schema.graphql', 'catalogue.yaml', 'access.cedar', 'access.cases.yaml', 'index.ts'];

/** Where one file is enough in a small agency, others have several with its ending, at any depth. */
const ENDINGS: Readonly<Record<string, string>> = {
  'schema.graphql': '.graphql',
  'access.cedar': '.cedar',
  'access.cases.yaml': '.cases.yaml',
};

/** In kebab-case; short enough for names of databases and roles, and unlike what else docker-compose.yml has. */
const NAME = /^(?!(?:gateway|redis|ledger)$)(?!.*-database$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST_NAME = 40;

export const NAME_RULE =
  `must be in kebab-case, at most ${LONGEST_NAME} characters, not "gateway", "redis" or "ledger", ` +
  'and not end in "-database"';

export const isAgencyName = (name: string): boolean => NAME.test(name) && name.length <= LONGEST_NAME;

/**
 * Every folder below subgraphs/ is an agency: this is where the list of them comes from.
 *
 * @returns the agencies in the order of their files, those of one place by name.
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
      faults.push(`every folder here is an agency, and this has no ${missing.join(', ')} (${named})`);
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

/** What two agencies, or one of them twice, claim for themselves. */
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
