import type { FormattedExecutionResult } from 'graphql';
import type { AccessReport, Denied } from '../../shared/access/answers';
import type { Coordinate } from '../../shared/access/labels';
import { type Agency, enumName } from '../../shared/domain/agencies';
import type { AccessContext, ContextSigner } from '../../shared/protocol/context-token';
import type { FaultReason } from './agency-fault';
import type { Deadline } from './deadline';
import { InFlightFetches } from './in-flight-fetches';
import type { PreparedOperation } from './prepared-document';
import { RequestAccesses } from './request-accesses';
import type { RequestLookups } from './request-lookups';

export interface Unavailable {
  /** As the GraphQL enum Agency names it. */
  readonly agency: string;
  readonly reason: FaultReason;
  /** ISO 8601, in UTC. */
  readonly at: string;
}

export interface RequestContextOptions {
  readonly requestId: string;
  readonly access: AccessContext;
  /** Until when agencies may answer. */
  readonly deadline: Deadline;
  readonly signContext: ContextSigner;
  /** The operation that was sent; null where the text has none of that name. */
  readonly sent: PreparedOperation | null;
  /** What it looks up by ID number; null for nothing. */
  readonly lookups?: RequestLookups | null;
  /** Records a mutation before it is carried out, with the children that it names. @throws LEDGER_UNAVAILABLE */
  readonly recordBeginning?: (children: readonly string[]) => Promise<void>;
  /** Whether the operation is planned ahead and not carried out. */
  readonly rehearsed?: boolean;
}

/**
 * What one operation carries from Apollo Server to the agencies: who asks and why, what was looked at, what was refused
 * along the way, and the answer. Plugins, executor and data sources all have this one object as `context`.
 */
export class RequestContext {
  readonly requestId: string;
  readonly access: AccessContext;
  readonly deadline: Deadline;
  readonly sent: PreparedOperation | null;
  readonly lookups: RequestLookups | null;
  readonly recordBeginning: (children: readonly string[]) => Promise<void>;
  readonly rehearsed: boolean;
  readonly fetches = new InFlightFetches();
  /** For the access ledger. */
  readonly accesses = new RequestAccesses();
  /** The operation, from when it is known to be one that may run. */
  operation: PreparedOperation | null = null;
  /** The answer as it leaves, with `extensions.access` and all errors; null before. */
  answer: FormattedExecutionResult | null = null;
  private readonly sign: ContextSigner;
  private readonly denials = new Map<string, Denied>();
  private readonly toldDenials = new Map<string, Denied>();
  private readonly wouldBeDenied = new Map<string, Denied>();
  private readonly maskedFields = new Set<Coordinate>();
  private readonly missing = new Map<Agency, Unavailable>();

  constructor(options: RequestContextOptions) {
    this.requestId = options.requestId;
    this.access = options.access;
    this.deadline = options.deadline;
    this.sent = options.sent;
    this.lookups = options.lookups ?? null;
    this.recordBeginning = options.recordBeginning ?? unrecorded;
    this.rehearsed = options.rehearsed ?? false;
    this.sign = options.signContext;
  }

  /** The `Authorization` that one agency accepts for this request. */
  authorizationFor(agency: string): string {
    return `Bearer ${this.sign(this.access, agency)}`;
  }

  /** @param path where the agency was asked for something, in the client's operation. */
  noteTold({ denied, masked }: AccessReport, path: readonly string[]): void {
    for (const answer of denied) {
      const told = { ...answer, path: [...path, ...answer.path] };
      this.toldDenials.set(placeOf(told), told);
    }
    for (const coordinate of masked) this.noteMasked(coordinate);
  }

  noteMasked(coordinate: Coordinate): void {
    this.maskedFields.add(coordinate);
  }

  noteDenied(denied: Denied): void {
    this.denials.set(placeOf(denied), denied);
  }

  noteWouldDeny(denied: Denied): void {
    this.wouldBeDenied.set(placeOf(denied), denied);
  }

  /** @returns what the answer tells of that agency: one outage, as it was met first, however many sections are missing. */
  noteUnavailable(agency: Agency, reason: FaultReason): Unavailable {
    const noted = this.missing.get(agency) ?? { agency: enumName(agency), reason, at: new Date().toISOString() };
    this.missing.set(agency, noted);
    return noted;
  }

  /**
   * Every place of the operation that was denied, once; what agencies told in an order that does not show which of them
   * answered first, for how long that takes can depend on a fact. ABSENT facts never appear here.
   */
  get denied(): readonly Denied[] {
    const told = [...this.toldDenials].sort(([a], [b]) => (a < b ? -1 : 1));
    return [...this.denials.values(), ...told.map(([, denied]) => denied)];
  }

  get wouldDeny(): readonly Denied[] {
    return [...this.wouldBeDenied.values()];
  }

  get masked(): readonly Coordinate[] {
    return [...this.maskedFields].sort();
  }

  get unavailable(): readonly Unavailable[] {
    return [...this.missing.values()].sort((one, other) => (one.agency < other.agency ? -1 : 1));
  }
}

const unrecorded = async (): Promise<void> => undefined;

const placeOf = ({ coordinate, path }: Denied): string => `${coordinate} ${path.join('.')}`;
