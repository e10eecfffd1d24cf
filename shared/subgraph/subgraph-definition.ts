import type { GraphQLResolveInfo } from 'graphql';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import type { ResourceAttributes } from '../access/compile';
import type { Coordinate } from '../access/labels';
import type { SqlCondition } from '../access/to-sql';
import type { Environment } from '../config/environment';
import type { Agency } from '../domain/agencies';
import type { ChildIds } from '../domain/child-id';
import type { Clock } from '../domain/clock';
import type { AccessContext } from '../protocol/context-token';
import type { AgencySeed } from '../synthetic/agency-seed';
import type { GuardContext } from './guard/guarding';
import type { ResourceFinders } from './guard/resource-finders';
import type { Lists } from './rows/lists';

/** The context of resolvers: the verified context, the rules' decisions, and loaders for one request. */
export interface SubgraphContext<Loaders, Settings = unknown> extends GuardContext {
  readonly access: AccessContext;
  /** The rows of a list (`Query.children`) that this caller may see under the list's own arguments; null for none. */
  readonly visibleRows: (list: Coordinate, args: object) => SqlCondition | null;
  /** Whether a field would be answered clear, by its label: for a record, or for any record if none is given. */
  readonly reads: (field: Coordinate, record?: ResourceAttributes | null) => boolean;
  readonly load: Loaders;
  readonly db: Knex;
  /** On the writer role; undefined for an agency without mutations. */
  readonly work: Knex | undefined;
  /** Connections for lists and reports. */
  readonly lists: Lists;
  /** The access ledger, on its reader role; undefined for an agency that does not show it. */
  readonly ledger: Knex | undefined;
  readonly settings: Settings;
  /** The request's time, the same for everything in it. */
  readonly now: Date;
  readonly childIds: ChildIds;
}

/** Resolvers by type and field, for any schema: each agency's own must fit the types generated from its schema. */
export type Resolvers<Context> = Readonly<Record<string, Readonly<Record<string, Resolver<Context>>>>>;

/** Sources and arguments have as many shapes as the schemas have types. */
type Resolver<Context> =
  | ((source: never, args: never, context: Context, info: GraphQLResolveInfo) => unknown)
  | ((reference: never, context: Context, info: GraphQLResolveInfo) => unknown);

/** One agency: the content of its folder. */
export interface SubgraphDefinition<Loaders, Settings = unknown> {
  readonly agency: Agency;
  /** The folder that contains schema.graphql, catalogue.yaml and migrations/. */
  readonly folder: string;
  /** Fresh loaders for one request, on the reader role's connection. */
  readonly loaders: (db: Knex) => Loaders;
  readonly resolvers: Resolvers<SubgraphContext<Loaders, Settings>>;
  readonly records: ResourceFinders<SubgraphContext<Loaders, Settings>>;
  readonly seed: AgencySeed;
  /** Whether the agency shows the access ledger and needs its reader role. */
  readonly showsLedger?: boolean;
  /** Reads the agency's own settings. Adds faults to the environment. */
  readonly settings?: (environment: Environment) => Settings;
  /** Background work, on the writer role. */
  readonly background?: (services: BackgroundServices<Settings>) => { close(): Promise<void> };
}

export interface BackgroundServices<Settings> {
  readonly work: Knex;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A definition whose loaders are private to its folder. */
// biome-ignore lint/suspicious/noExplicitAny: the loaders' type is the agency's own business.
export type AnySubgraphDefinition = SubgraphDefinition<any, any>;

/** Makes the compiler check that all parts of a definition agree on the types of loaders and settings. */
export function defineSubgraph<Loaders, Settings>(
  definition: SubgraphDefinition<Loaders, Settings>,
): SubgraphDefinition<Loaders, Settings> {
  return definition;
}
