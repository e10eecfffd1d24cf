import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POLICIES_ENDING } from '../../shared/access/agency-rules';
import { inReadingOrder, pathsBelow } from '../../shared/config/agency-files';
import { PROJECT } from '../../shared/config/project-root';
import { SCHEMA_ENDING } from '../../shared/subgraph/schema/type-defs';
import { agencyFolders, compose, graphFiles } from '../compose/compose';

const COMMITTED = {
  supergraph: join(PROJECT, 'gateway/generated/supergraph.graphql'),
  rules: join(PROJECT, 'gateway/generated/rules.json'),
};
/** Endings of the names of files from which a graph is composed. */
const INPUTS = ['agency.yaml', 'catalogue.yaml', POLICIES_ENDING, SCHEMA_ENDING];
const COMMON = ['prelude.graphql', 'agency.graphql'].map((name) => join(PROJECT, 'shared/subgraph/schema', name));

/** The result of composing. */
export type Composition =
  | { readonly outcome: 'COMPOSED' }
  /** The inputs have not changed since the last composition. */
  | { readonly outcome: 'UNCHANGED' }
  /** Faults with agency, file and line. */
  | { readonly outcome: 'FAULTY'; readonly faults: readonly string[] };

/**
 * Composes supergraph and rules from the agencies' folders into two files of a temporary folder; only `npm run compose`
 * writes the committed ones. If composition fails, the files stay unchanged.
 */
export class ComposedGraph {
  readonly files: { readonly supergraph: string; readonly rules: string };
  private readonly folder = mkdtempSync(join(tmpdir(), 'unified-child-record-dev-'));
  private last: { readonly inputs: string; readonly faults: readonly string[] } | undefined;

  constructor() {
    this.files = { supergraph: join(this.folder, 'supergraph.graphql'), rules: join(this.folder, 'rules.json') };
    for (const name of ['supergraph', 'rules'] as const) copyFileSync(COMMITTED[name], this.files[name]);
  }

  /** Blocks this thread for about a second if an input has changed. */
  compose(): Composition {
    const agencies = agencyFolders(join(PROJECT, 'subgraphs'));
    const inputs = digest([...COMMON, ...agencies.flatMap(({ folder }) => inputsIn(folder))]);
    if (this.last?.inputs !== inputs) {
      const composed = compose(agencies);
      this.last = { inputs, faults: composed.faults };
      const texts = graphFiles(composed);
      if (texts !== undefined) {
        writeFileSync(this.files.supergraph, texts.supergraph);
        writeFileSync(this.files.rules, texts.rules);
        return { outcome: 'COMPOSED' };
      }
    }
    const { faults } = this;
    return faults.length > 0 ? { outcome: 'FAULTY', faults } : { outcome: 'UNCHANGED' };
  }

  /** Faults of the last composition. */
  get faults(): readonly string[] {
    return this.last?.faults ?? [];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function inputsIn(folder: string): readonly string[] {
  const paths = pathsBelow(folder);
  return INPUTS.flatMap((ending) => inReadingOrder(paths, ending).map((path) => join(folder, path)));
}

/** A digest of the files' names and contents; a missing file counts as `-`. */
function digest(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\n`).update(existsSync(path) ? readFileSync(path) : '-');
  return hash.digest('hex');
}
