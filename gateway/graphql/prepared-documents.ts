import { hash } from 'node:crypto';
import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { reweigh } from '../../shared/protocol/document-cache';
import { type CacheUse, uncounted } from '../../shared/telemetry/cache-use';
import type { Planner } from '../federation/planning/planner';
import { weightOf } from '../limits/document-weight';
import type { PreparedDocument } from '../request/prepared-document';
import { type OperationCompiler, ParsedDocument } from './prepare-document';
import { safeError } from './safe-error';

type Faults = readonly GraphQLFormattedError[];
type DocumentStore = NonNullable<ApolloServerOptionsWithGateway<BaseContext>['documentStore']>;

const TEXTS = 2_000;
/** The most characters of all kept texts together; in memory, a parsed text takes about a hundred times its length. */
const CHARACTERS = 2_000_000;

export interface PreparedDocumentsOptions {
  readonly compiler: OperationCompiler;
  /** Validates in the planning thread, in turns of callers. */
  readonly planner: Pick<Planner, 'validate' | 'inTurn'>;
  readonly use?: CacheUse;
}

interface Kept {
  readonly prepared: ParsedDocument;
  size: number;
  /** Its validation errors; undefined until it is validated. */
  faults?: Promise<Faults>;
}

/** The documents of one graph: each text is parsed, measured and validated once, whether or not it is valid. */
export class PreparedDocuments {
  /** Gives Apollo Server the documents that were found valid; it parses and validates any other itself. */
  readonly documentStore: DocumentStore = {
    // Apollo Server puts a prefix for the schema before the hash.
    get: async (key) => {
      const kept = this.kept.get(key.slice(-HASH_LENGTH));
      return (await kept?.faults)?.length === 0 ? (kept?.prepared.document ?? undefined) : undefined;
    },
    set: async () => undefined,
    delete: async () => undefined,
  };
  /** Cached documents by the hash of the text. */
  private readonly kept = new LRUCache<string, Kept>({ max: TEXTS, maxSize: CHARACTERS });
  private readonly compiler: OperationCompiler;
  private readonly planner: PreparedDocumentsOptions['planner'];
  private readonly use: CacheUse;

  constructor({ compiler, planner, use = uncounted() }: PreparedDocumentsOptions) {
    this.compiler = compiler;
    this.planner = planner;
    this.use = use;
  }

  /**
   * Parses and measures a text, once. A new text waits for its caller's turn, so that a flood of them delays no one else.
   *
   * @param onNew charges the caller for a text that is not in memory.
   * @throws RATE_LIMITED, PLANNING_BUSY
   */
  async prepare(text: string, caller: string, onNew?: (caller: string) => Promise<void>): Promise<PreparedDocument> {
    const key = hash('sha256', text, 'hex');
    const kept = this.kept.get(key);
    if (kept !== undefined) {
      this.use.hits += 1;
      return kept.prepared;
    }
    this.use.misses += 1;
    await onNew?.(caller);
    return this.planner.inTurn(caller, async () => (this.kept.get(key) ?? this.add(text, key)).prepared);
  }

  /**
   * Validates a text, once. @returns the errors for the client; none for a valid text, or for one that is not GraphQL.
   *
   * @throws RATE_LIMITED, PLANNING_BUSY
   */
  faultsOf({ hash, text, document }: PreparedDocument, caller: string): Promise<Faults> | Faults {
    const kept = this.kept.get(hash) ?? this.add(text, hash);
    if (kept.faults !== undefined) return kept.faults;
    if (document === null) return NO_FAULTS;
    const faults = this.planner.validate(text, caller).then((all) => all.map(told));
    kept.faults = faults;
    faults.then(
      ({ length }) => {
        if (length === 0) return;
        kept.prepared.document = null;
        this.resize(kept, text.length + 1);
      },
      () => {
        kept.faults = undefined;
      },
    );
    return faults;
  }

  private add(text: string, key: string): Kept {
    const prepared = new ParsedDocument(text, key, this.compiler, (characters) =>
      this.resize(kept, kept.size + characters),
    );
    const { document } = prepared;
    const kept: Kept = { prepared, size: document === null ? text.length + 1 : weightOf(document) };
    this.kept.set(key, kept, { size: kept.size });
    return kept;
  }

  private resize(kept: Kept, size: number): void {
    kept.size = size;
    const { hash: key } = kept.prepared;
    if (this.kept.peek(key) === kept) reweigh(this.kept, key, kept, size);
  }
}

const HASH_LENGTH = 64;
const NO_FAULTS: Faults = [];

const told = (fault: GraphQLFormattedError): GraphQLFormattedError =>
  safeError({ ...fault, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }, undefined);
