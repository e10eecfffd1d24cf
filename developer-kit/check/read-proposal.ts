import { manifestOperations } from '../../gateway/trusted-documents/manifest';
import { POLICIES_ENDING } from '../../shared/access/agency-rules';
import { inReadingOrder, type SourceFile } from '../../shared/config/agency-files';
import { isAgency } from '../../shared/domain/agencies';
import { SCHEMA_ENDING } from '../../shared/subgraph/schema/type-defs';
import { CASES_ENDING } from '../cases/cases';
import { SHARING } from '../legal-basis/sharing';
import { operationsIn } from '../trusted-documents/operations-in';
import { FACTS } from './facts-file';
import type { ProjectFiles } from './project-files';
import type { AgencyFolder, CommittedState, RegisteredOperation } from './proposal';

/** Reads the state at a commit or in a copy of the project. @throws with the first missing file. */
export function committedState(files: ProjectFiles): CommittedState {
  return {
    name: files.name,
    folders: agencyFolders(files),
    supergraph: needed(files, 'gateway/generated/supergraph.graphql').text,
    bundle: needed(files, 'gateway/generated/rules.json').text,
    operations: registeredOperations(files),
  };
}

/** The folders of all agencies with a schema, sorted by name. */
export function agencyFolders(files: ProjectFiles): readonly AgencyFolder[] {
  return files
    .list(SUBGRAPHS)
    .filter(isAgency)
    .sort()
    .flatMap((agency) => {
      const folder = `${SUBGRAPHS}/${agency}`;
      const paths = files.below(folder);
      const sources = (ending: string) =>
        inReadingOrder(paths, ending).map((path) => needed(files, `${folder}/${path}`));
      const schema = sources(SCHEMA_ENDING);
      if (schema.length === 0) return [];
      const policies = sources(POLICIES_ENDING);
      return {
        agency,
        schema,
        catalogue: needed(files, `${folder}/catalogue.yaml`),
        policies: policies.length > 0 ? policies : [needed(files, `${folder}/access.cedar`)],
        cases: sources(CASES_ENDING),
        migrations: paths
          .filter((path) => MIGRATION.test(path))
          .sort()
          .map((path) => needed(files, `${folder}/${path}`)),
        facts: source(files, `${folder}/${FACTS}`),
        sharing: source(files, `${folder}/${SHARING}`),
        agreements: source(files, `${folder}/agreements.yaml`),
      };
    });
}

// Private:

const SUBGRAPHS = 'subgraphs';
const MANIFEST = 'gateway/generated/trusted-documents.json';
/** As migrations are found when they run. */
const MIGRATION = /^migrations\/\d{4}-[^/]*\.sql$/;
const OPERATIONS = 'examples';

function source(files: ProjectFiles, path: string): SourceFile | undefined {
  const text = files.read(path);
  return text === undefined ? undefined : { path, text };
}

function needed(files: ProjectFiles, path: string): SourceFile {
  const found = source(files, path);
  if (found === undefined) throw new Error(`There is no ${path} in ${files.name}.`);
  return found;
}

function registeredOperations(files: ProjectFiles): readonly RegisteredOperation[] {
  const fileByHash = new Map(
    files.list(OPERATIONS).flatMap((name) => {
      const path = `${OPERATIONS}/${name}`;
      return operationsIn(path, files.read(path) ?? '').map(({ id }) => [id, path] as const);
    }),
  );
  return manifestOperations(needed(files, MANIFEST).text).map(({ id, name, type, body }) => ({
    name,
    kind: type,
    hash: id,
    text: body,
    file: fileByHash.get(id),
  }));
}
