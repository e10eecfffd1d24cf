import type { AccessReport, Denied } from '../../shared/access/answers';
import type { Coordinate } from '../../shared/access/labels';
import { type Agency, enumName } from '../../shared/domain/agencies';
import type { AccessContext, ContextSigner } from '../../shared/protocol/context-token';
import type { FaultReason } from './agency-fault';
import type { Deadline } from './deadline';
import { InFlightFetches } from './in-flight-fetches';
import { RequestAccesses } from './request-accesses';
import type { RequestLookups } from './request-lookups';

export interface Unavailable {
  /** As the GraphQL enum Agency names it. */
  readonly agency: string;
  readonly reason: FaultReason;
  /** ISO 8601, in UTC. */
  readonly at: string;
}

/** The operation that a request runs, once it is known. */
export interface RunOperation {
  readonly kind: 'query' | 'mutation';
  readonly name: string | null;
}

/** What one operation carries through the engine: who asks and why, what was looked at, and what was refused along the way. */
export class RequestContext {
  readonly requestId: string;
  readonly access: AccessContext;
  /** Until when agencies may answer. */
  readonly deadline: Deadline;
  readonly fetches = new InFlightFetches();
  /** For the access ledger. */
  readonly accesses = new RequestAccesses();
  operation: RunOperation | null = null;
  /** What it looks up by ID number; null where nothing is. */
  lookups: RequestLookups | null = null;
  private readonly sign: ContextSigner;
  private readonly denials = new Map<string, Denied>();
  private readonly toldDenials = new Map<string, Denied>();
  private readonly wouldBeDenied = new Map<string, Denied>();
  private readonly maskedFields = new Set<Coordinate>();
  private readonly missing = new Map<Agency, Unavailable>();

  constructor(requestId: string, access: AccessContext, sign: ContextSigner, deadline: Deadline) {
    this.requestId = requestId;
    this.access = access;
    this.sign = sign;
    this.deadline = deadline;
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

const placeOf = ({ coordinate, path }: Denied): string => `${coordinate} ${path.join('.')}`;
