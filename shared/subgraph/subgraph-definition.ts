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

/** What resolvers get: the verified context, the rules' decisions, and loaders that live for one request. */
export interface SubgraphContext<Loaders, Settings = unknown> extends GuardContext {
  readonly access: AccessContext;
  /** Which rows of a list (`Query.children`) this caller may know of under the list's own arguments; null for none. */
  readonly visibleRows: (list: Coordinate, args: object) => SqlCondition | null;
  /** Whether a field of a record would be answered clear, by its label; of any record, where none is given. */
  readonly reads: (field: Coordinate, record?: ResourceAttributes | null) => boolean;
  readonly load: Loaders;
  readonly db: Knex;
  /** On the writer role, where the agency has mutations. */
  readonly work: Knex | undefined;
  /** What lists and reports are to be asked by. */
  readonly lists: Lists;
  /** The access ledger, on its reader role, where the agency shows it. */
  readonly ledger: Knex | undefined;
  readonly settings: Settings;
  /** One instant for all that a request looks at. */
  readonly now: Date;
  readonly childIds: ChildIds;
}

/** Resolvers by type and field, whatever the schema: each agency's own fit it by the types generated from it. */
export type Resolvers<Context> = Readonly<Record<string, Readonly<Record<string, Resolver<Context>>>>>;

/** Sources and arguments have as many shapes as the schemas have types. */
type Resolver<Context> =
  | ((source: never, args: never, context: Context, info: GraphQLResolveInfo) => unknown)
  | ((reference: never, context: Context, info: GraphQLResolveInfo) => unknown);

/** One agency: everything that its folder brings. */
export interface SubgraphDefinition<Loaders, Settings = unknown> {
  readonly agency: Agency;
  /** Where schema.graphql, catalogue.yaml and migrations/ stand. */
  readonly folder: string;
  /** Fresh loaders for one request, on the reader role's connection. */
  readonly loaders: (db: Knex) => Loaders;
  readonly resolvers: Resolvers<SubgraphContext<Loaders, Settings>>;
  readonly records: ResourceFinders<SubgraphContext<Loaders, Settings>>;
  readonly seed: AgencySeed;
  /** Whether it answers for the access ledger, and so has to be given its reader role. */
  readonly showsLedger?: boolean;
  /** Reads what the agency is configured by besides its database, and leaves every fault with the environment. */
  readonly settings?: (environment: Environment) => Settings;
  /** What goes on besides requests, on the writer role. */
  readonly background?: (services: BackgroundServices<Settings>) => { close(): Promise<void> };
}

export interface BackgroundServices<Settings> {
  readonly work: Knex;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A definition whose loaders nobody outside its folder needs to know. */
// biome-ignore lint/suspicious/noExplicitAny: the loaders' type is the agency's own business.
export type AnySubgraphDefinition = SubgraphDefinition<any, any>;

/** Keeps the types of loaders and settings in step between the parts of a definition. */
export function defineSubgraph<Loaders, Settings>(
  definition: SubgraphDefinition<Loaders, Settings>,
): SubgraphDefinition<Loaders, Settings> {
  return definition;
}
