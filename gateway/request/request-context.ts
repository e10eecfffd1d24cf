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
  /** The agency's name in the GraphQL enum. */
  readonly agency: string;
  readonly reason: FaultReason;
  /** ISO 8601, in UTC. */
  readonly at: string;
}

export interface RequestContextOptions {
  readonly requestId: string;
  readonly access: AccessContext;
  /** The deadline of all agency calls. */
  readonly deadline: Deadline;
  readonly signContext: ContextSigner;
  /** The sent operation; null if the document has none of that name. */
  readonly sent: PreparedOperation | null;
  /** Its lookups by ID number; null without any. */
  readonly lookups?: RequestLookups | null;
  /** Records a mutation before it runs, with the children that it names. @throws LEDGER_UNAVAILABLE */
  readonly recordBeginning?: (children: readonly string[]) => Promise<void>;
  /** Whether the operation is only planned ahead, not executed. */
  readonly rehearsed?: boolean;
}

/**
 * The context of one operation, from Apollo Server to the agencies: caller and purpose, accesses, refusals and the
 * answer. Plugins, executor and data sources share it as `context`.
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
  /** The operation, once it may run. */
  operation: PreparedOperation | null = null;
  /** The final answer, with `extensions.access` and all errors; null before. */
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

  /** The `Authorization` header for one agency. */
  authorizationFor(agency: string): string {
    return `Bearer ${this.sign(this.access, agency)}`;
  }

  /** @param path of the fetch in the client's operation. */
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

  /** @returns the agency's outage for the answer: the first one, however many sections are missing. */
  noteUnavailable(agency: Agency, reason: FaultReason): Unavailable {
    const noted = this.missing.get(agency) ?? { agency: enumName(agency), reason, at: new Date().toISOString() };
    this.missing.set(agency, noted);
    return noted;
  }

  /**
   * Every refused place of the operation, once. Agencies' refusals are sorted independently of which agency answered
   * first, because response times can depend on hidden facts. ABSENT facts never appear here.
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
