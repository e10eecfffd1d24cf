import { relative } from 'node:path';
import type { GraphStatus } from '../../gateway/graph/graph-manager';
import { PROJECT } from '../../shared/config/project-root';
import type { Agency } from '../../shared/domain/agencies';
import type { ComposedGraph } from './composed-graph';
import type { DevelopedAgency } from './process/developed-agency';

export interface DevelopmentParts {
  readonly agency: Agency;
  readonly developed: DevelopedAgency;
  readonly graph: ComposedGraph;
  /** Lets the gateway check the composed files; resolves when they are served or refused. */
  readonly lookForGraph: () => Promise<void>;
  /** Undefined while no graph is served. */
  readonly graphStatus: () => Promise<Partial<GraphStatus>>;
  readonly say: (text: string) => void;
}

const NAMED_FILES = 3;

/**
 * Handles changed files: composes the graph if it depends on them, and restarts the agency. If composition fails, both
 * stay unchanged, because a new agency would not match the old graph.
 */
export async function afterChange(paths: readonly string[], parts: DevelopmentParts): Promise<void> {
  const { agency, developed, graph, lookForGraph, say } = parts;
  const names = paths.map((path) => relative(PROJECT, path));
  const more = names.length > NAMED_FILES ? ` and ${names.length - NAMED_FILES} more` : '';
  say(`${agency}: changed ${names.slice(0, NAMED_FILES).join(', ')}${more}`);
  const composition = graph.compose();
  if (composition.outcome === 'FAULTY') {
    say(
      `${toldFaults(composition.faults)}\n${agency}: keeps running unchanged, and the gateway keeps serving its current graph.`,
    );
    return;
  }
  const looked = composition.outcome === 'COMPOSED' ? lookForGraph().then(() => tellGraph(parts)) : undefined;
  await Promise.all([developed.restart(), looked]);
}

export function toldFaults(faults: readonly string[]): string {
  return ['The agencies do not compose:', ...faults.map((fault) => `  error: ${fault}`)].join('\n');
}

async function tellGraph({ graphStatus, say }: DevelopmentParts): Promise<void> {
  const { graph, refused } = await graphStatus();
  if (graph === undefined) return;
  say(
    refused === undefined
      ? `graph: composed and served, ${graph.id.slice(0, 8)}`
      : `graph: composed, but refused by the gateway: ${refused.reason}; still serving ${graph.id.slice(0, 8)}.`,
  );
}
