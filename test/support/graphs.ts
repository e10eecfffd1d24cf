import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compose, graphFiles as composedFiles } from '../../developer-kit/compose/compose';
import { type GraphFiles, hashOfSupergraph } from '../../gateway/graph/graph-files';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';

/** The committed graph. */
export const COMMITTED: GraphFiles = {
  supergraph: readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8'),
  rules: readFileSync(join(PROJECT, 'gateway/generated/rules.json'), 'utf8'),
};

/** The composed graph after changes to files of one agency, each applied once. */
export function composedWith(
  agency: Agency,
  changes: readonly { readonly file: string; readonly from: string; readonly to: string }[],
): GraphFiles {
  const copy = mkdtempSync(join(tmpdir(), 'changed-agencies-'));
  try {
    cpSync(join(PROJECT, 'subgraphs'), copy, { recursive: true });
    for (const { file, from, to } of changes) {
      const path = join(copy, agency, file);
      writeFileSync(path, replaced(readFileSync(path, 'utf8'), from, to));
    }
    const texts = composedFiles(compose(AGENCIES.map((one) => ({ agency: one, folder: join(copy, one) }))));
    if (texts === undefined) throw new Error('The changed agencies do not compose.');
    return texts;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** The committed graph with another supergraph and its correct hash. */
export const withSupergraph = (supergraph: string): GraphFiles => ({
  supergraph,
  rules: JSON.stringify({ ...JSON.parse(COMMITTED.rules), supergraph: hashOfSupergraph(supergraph) }),
});

/** The committed graph with changed rules of education. */
export function withRules(from: string, to: string): GraphFiles {
  const rules = JSON.parse(COMMITTED.rules);
  const { policies } = rules.agencies.education;
  policies['access.cedar'] = replaced(policies['access.cedar'], from, to);
  return { supergraph: COMMITTED.supergraph, rules: JSON.stringify(rules) };
}

export function replaced(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`There is no ${from}.`);
  return text.replace(from, () => to);
}

/** Two files from which a gateway reads its graph. */
export function graphFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'graph-files-'));
  const paths = { supergraph: join(directory, 'supergraph.graphql'), rules: join(directory, 'rules.json') };
  const write = (texts: Partial<GraphFiles>) => {
    for (const name of ['supergraph', 'rules'] as const) {
      const text = texts[name];
      if (text !== undefined) writeFileSync(paths[name], text);
    }
  };
  write(COMMITTED);
  return { ...paths, write, remove: () => rmSync(directory, { recursive: true }) };
}
