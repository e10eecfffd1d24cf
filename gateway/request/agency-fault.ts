/** Why an agency's part of an answer is missing, as callers are told. */
export type FaultReason =
  /** There is no connection, it broke off, or the agency says itself that it cannot answer now (502, 503, 504). */
  | 'UNREACHABLE'
  /** The request's time was up. */
  | 'TIMED_OUT'
  /** So much is waiting for the agency already that nothing more is sent. */
  | 'OVERLOADED'
  /** It has failed again and again, and is left alone for a while. */
  | 'CIRCUIT_OPEN'
  /** It does not accept the gateway's signed context. */
  | 'REFUSED'
  /** What it answered is not what was asked for. */
  | 'FAULTY_ANSWER';

/** An agency has not answered, or nothing that can be used. */
export class AgencyFault extends Error {
  override readonly name = 'AgencyFault';
  readonly reason: FaultReason;
  /** For the log: a code of the system or of a library, never a text, which could quote hosts or what was answered. */
  readonly detail: string | undefined;
  /** Whether it says something about the agency, and not only about this one request. */
  readonly ofAgency: boolean;

  constructor(reason: FaultReason, detail?: string, ofAgency = OF_AGENCY.has(reason)) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
    this.ofAgency = ofAgency;
  }

  /** What else may have been thrown, with no more of it than its code. */
  static from(error: unknown): AgencyFault {
    if (error instanceof AgencyFault) return error;
    const { code, name } = (error ?? {}) as { code?: string; name?: string };
    return new AgencyFault('UNREACHABLE', code ?? name);
  }
}

const OF_AGENCY: ReadonlySet<FaultReason> = new Set<FaultReason>(['UNREACHABLE', 'TIMED_OUT']);
