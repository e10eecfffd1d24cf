import { isDeepStrictEqual } from 'node:util';
import { maskedFields } from '../../shared/access/labels';
import type { SourceFile } from '../../shared/config/agency-files';
import type { Agency } from '../../shared/domain/agencies';
import { behindPrelude } from '../../shared/subgraph/schema/type-defs';
import { type Composition, composition } from '../compose/composition';
import type { ChangedFile } from './changed-files';
import { type Definitions, definitionsIn } from './definitions';
import { factsIn, type ReadFacts } from './facts-file';
import { committedGraph, type Graph, graphOf } from './graph';
import type { AgencyFolder, CommittedState, Proposal } from './proposal';
import { policyTexts, type ReadAgency, readAgency } from './read-agency';
import { type Database, databaseOf } from './sql/database';

/** An agency's database as both sides' migrations define it; the same object if they are the same. */
export interface DatabasePair {
  readonly before: Database;
  readonly after: Database;
}

/** A parsed proposal: the input of the check's rules. */
export interface Reading {
  /** The committed state: its name, its graph, and its schemas' definitions with their lines. */
  readonly before: {
    readonly name: string;
    readonly graph: Graph;
    readonly definitions: ReadonlyMap<Agency, Definitions>;
  };
  readonly after: {
    readonly agencies: ReadonlyMap<Agency, ReadAgency>;
    /** Undefined if any schema cannot be read. */
    readonly composition: Composition | undefined;
    /** Undefined if the agencies do not compose or rules cannot be read. */
    readonly graph: Graph | undefined;
  };
  readonly operations: Proposal['before']['operations'];
  readonly changed: readonly ChangedFile[];
  readonly databases: ReadonlyMap<Agency, DatabasePair>;
  /** The agencies of which everything is checked, and not only what changes concern. */
  readonly asked: ReadonlySet<Agency>;
  readonly facts: ReadonlyMap<Agency, { readonly before: ReadFacts; readonly after: ReadFacts }>;
}

/** @throws if the committed state cannot be read. */
export function readProposal({ before, after, changed, asked = [] }: Proposal): Reading {
  const agencies = byAgency(after.map(readAgency));
  const all = [...agencies.values()];
  const schemas = all.flatMap(({ agency, schema }) => (schema === undefined ? [] : [{ agency, schema }]));
  const composed = schemas.length === all.length ? composition(schemas) : undefined;
  const rules = new Map(all.flatMap(({ agency, rules: own }) => (own === undefined ? [] : [[agency, own] as const])));
  const folderOf = (agency: Agency) => before.folders.find((folder) => folder.agency === agency);
  const masked = schemas.flatMap(({ schema }) => [...maskedFields(schema).keys()]);
  return {
    before: {
      name: before.name,
      graph: inForce(before, all),
      definitions: new Map(before.folders.map(({ agency, schema }) => [agency, definitionsOf(schema)])),
    },
    after: {
      agencies,
      composition: composed,
      graph:
        composed?.supergraph !== undefined && rules.size === all.length
          ? graphOf(composed.supergraph, rules, masked)
          : undefined,
    },
    operations: before.operations,
    changed,
    databases: databasesOf(before.folders, after),
    asked: new Set(asked.length > 0 ? asked : agencies.keys()),
    facts: new Map(
      after.map(({ agency, facts }) => [agency, { before: factsIn(folderOf(agency)?.facts), after: factsIn(facts) }]),
    ),
  };
}

// Private:

/** An agency that goes takes its database with it; a new one has had none. */
function databasesOf(
  before: readonly AgencyFolder[],
  after: readonly AgencyFolder[],
): ReadonlyMap<Agency, DatabasePair> {
  return new Map(
    after.map(({ agency, migrations }) => {
      const former = before.find((folder) => folder.agency === agency)?.migrations ?? [];
      const now = databaseOf(migrations);
      return [agency, { before: isDeepStrictEqual(former, migrations) ? now : databaseOf(former), after: now }];
    }),
  );
}

function inForce({ name, supergraph, bundle }: CommittedState, agencies: readonly ReadAgency[]): Graph {
  const known = agencies.flatMap(({ agency, rules, folder }) =>
    rules === undefined
      ? []
      : [[agency, { rules, catalogue: folder.catalogue.text, policies: policyTexts(folder) }] as const],
  );
  try {
    return committedGraph(supergraph, bundle, new Map(known));
  } catch (error) {
    throw new Error(`The graph of ${name} cannot be read: ${(error as Error).message}`);
  }
}

/** Empty if it cannot be read: what counts is the committed supergraph. */
function definitionsOf(schema: readonly SourceFile[]): Definitions {
  try {
    return definitionsIn(behindPrelude(schema), schema);
  } catch {
    return new Map();
  }
}

const byAgency = (agencies: readonly ReadAgency[]): ReadonlyMap<Agency, ReadAgency> =>
  new Map(agencies.map((one) => [one.agency, one]));
