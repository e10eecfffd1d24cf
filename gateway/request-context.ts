import type { ToldAnswers } from '../shared/access/answers';
import { type Agency, enumName } from '../shared/agencies';
import type { AccessContext, ContextSigner } from '../shared/context-token';

export interface Unavailable {
  /** As the GraphQL enum Agency names it. */
  readonly agency: string;
  readonly reason: 'UNREACHABLE' | 'REFUSED' | 'FAULTY_ANSWER';
}

/** What one operation carries through the engine: who asks and why, and what the agencies told along the way. */
export class RequestContext {
  readonly requestId: string;
  readonly access: AccessContext;
  private readonly sign: ContextSigner;
  private readonly denied = new Map<string, ToldAnswers['denied'][number]>();
  private readonly missing = new Map<Agency, Unavailable>();

  constructor(requestId: string, access: AccessContext, sign: ContextSigner) {
    this.requestId = requestId;
    this.access = access;
    this.sign = sign;
  }

  /** The `Authorization` that one agency accepts for this request. */
  authorizationFor(agency: Agency): string {
    return `Bearer ${this.sign(this.access, agency)}`;
  }

  noteTold(told: ToldAnswers): void {
    for (const answer of told.denied) this.denied.set(answer.coordinate, answer);
  }

  noteUnavailable(agency: Agency, reason: Unavailable['reason']): void {
    this.missing.set(agency, { agency: enumName(agency), reason });
  }

  /** `extensions.access`: purpose, reference, and what was not answered. ABSENT facts never appear in it. */
  told(): {
    purpose: string;
    reference: string | null;
    masked: string[];
    denied: ToldAnswers['denied'];
    unavailable: Unavailable[];
  } {
    const { purpose, reference } = this.access;
    return {
      purpose,
      reference: reference === null ? null : `${reference.kind}/${reference.id}`,
      masked: [],
      denied: [...this.denied.values()],
      unavailable: [...this.missing.values()],
    };
  }
}
