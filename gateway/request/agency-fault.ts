/** Why an agency's part of an answer is missing, as shown to callers. */
export type FaultReason =
  /** No connection, a broken connection, or the agency is temporarily unavailable (502, 503, 504). */
  | 'UNREACHABLE'
  /** The request's deadline passed. */
  | 'TIMED_OUT'
  /** Too many requests already wait for the agency. */
  | 'OVERLOADED'
  /** The circuit breaker is open after consecutive failures. */
  | 'CIRCUIT_OPEN'
  /** The agency refused the gateway's signed context. */
  | 'REFUSED'
  /** The answer does not fit the request. */
  | 'FAULTY_ANSWER';

/** An agency did not answer, or its answer cannot be used. */
export class AgencyFault extends Error {
  override readonly name = 'AgencyFault';
  readonly reason: FaultReason;
  /** For the log: a code of the system or a library, never a message, which could quote hosts or answers. */
  readonly detail: string | undefined;
  /** Whether it counts as a failure of the agency, not only of this request. */
  readonly ofAgency: boolean;

  constructor(reason: FaultReason, detail?: string, ofAgency = OF_AGENCY.has(reason)) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
    this.ofAgency = ofAgency;
  }

  /** Converts any other error, and keeps only its code. */
  static from(error: unknown): AgencyFault {
    if (error instanceof AgencyFault) return error;
    const { code, name } = (error ?? {}) as { code?: string; name?: string };
    return new AgencyFault('UNREACHABLE', code ?? name);
  }
}

const OF_AGENCY: ReadonlySet<FaultReason> = new Set<FaultReason>(['UNREACHABLE', 'TIMED_OUT']);
