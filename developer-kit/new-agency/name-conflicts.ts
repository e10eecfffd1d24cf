import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse } from 'graphql';
import { readAgencyFolders } from '../compose/agency-folders';
import type { Taken } from './text-faults';

/** Built-in types of GraphQL. */
const BUILT_IN = ['Int', 'Float', 'String', 'Boolean', 'ID', 'Query', 'Mutation', 'Subscription'];

/** Names that a project's agencies already use, from their folders and the supergraph. */
export function takenIn(project: string): Taken {
  const agencies = readAgencyFolders(join(project, 'subgraphs'), project);
  const supergraph = parse(readFileSync(join(project, 'gateway/generated/supergraph.graphql'), 'utf8'));
  const types = supergraph.definitions.filter((one) => 'name' in one && one.kind !== Kind.DIRECTIVE_DEFINITION);
  const child = supergraph.definitions.find(
    (one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === 'Child',
  );
  const fields = child?.kind === Kind.OBJECT_TYPE_DEFINITION ? (child.fields ?? []) : [];
  return {
    agencies: agencies.map(({ agency }) => agency),
    names: agencies.map(({ name }) => name),
    shorts: agencies.map(({ short }) => short),
    lastOrder: Math.max(0, ...agencies.map(({ order }) => order)),
    types: new Set([...BUILT_IN, ...types.map((one) => ('name' in one ? (one.name?.value ?? '') : ''))]),
    fields: new Set(fields.map(({ name }) => name.value)),
  };
}
