import type { Logger } from 'pino';
import type { AccessContext, ContextSigner } from '../../shared/protocol/context-token';
import type { Transport } from './transport';

export interface ChildIdKeysOptions {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly signContext: ContextSigner;
  readonly log: Logger;
}

/** An agency that starts with another key is detected within this time. */
const INTERVAL_MILLISECONDS = 30_000;

/**
 * Compares the agencies' fingerprints of the key and hash by which they derive pseudonyms. If one differs, its part of
 * every record would silently be empty, so the gateway answers nothing.
 */
export class ChildIdKeys {
  private readonly options: ChildIdKeysOptions;
  /** Each agency's latest fingerprint, which it keeps while it is unreachable. */
  private readonly fingerprints = new Map<string, string>();
  private differing: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(options: ChildIdKeysOptions) {
    this.options = options;
  }

  get agree(): boolean {
    return this.differing.length === 0;
  }

  /** Asks all agencies simultaneously, and logs a changed result. */
  async compare(): Promise<void> {
    const { transports, signContext, log } = this.options;
    await Promise.all(
      [...transports].map(async ([agency, transport]) => {
        const authorization = `Bearer ${signContext(THE_GATEWAY_ITSELF, agency)}`;
        const said = await transport.fingerprint?.(authorization).catch(() => undefined);
        if (said !== undefined && FINGERPRINT.test(said)) this.fingerprints.set(agency, said);
      }),
    );
    const differing = fewer(this.fingerprints);
    if (differing.join() === this.differing.join()) return;
    this.differing = differing;
    if (differing.length === 0)
      log.info({ event: 'child-id-keys-agree' }, 'all agencies have the same CHILD_ID_KEY and CHILD_ID_HASH again');
    else {
      log.error(
        { event: 'child-id-keys-differ', agencies: differing },
        'agencies have different values of CHILD_ID_KEY or CHILD_ID_HASH: nothing is answered until they agree',
      );
    }
  }

  /** Compares them periodically. */
  start(): void {
    this.timer = setInterval(() => void this.compare(), INTERVAL_MILLISECONDS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

// Private:

/** The form of a fingerprint: shared/domain/child-id.ts. */
const FINGERPRINT = /^[A-Za-z0-9_-]{12}$/;

/** Agencies answer only to signed contexts. This one is sent without an operation, on behalf of no caller. */
const THE_GATEWAY_ITSELF: AccessContext = Object.freeze({
  caller: Object.freeze({
    sub: 'gateway',
    name: 'gateway',
    agency: 'governance-center',
    roles: Object.freeze(['developer'] as const),
    region: '99',
  }),
  purpose: 'OWN_DUTY',
  reference: null,
  grant: null,
  reasonGiven: false,
});

/** The agencies whose fingerprint is not the most common one; of two equally common ones, the first agency's counts. */
function fewer(fingerprints: ReadonlyMap<string, string>): readonly string[] {
  const agencies = new Map<string, string[]>();
  for (const [agency, fingerprint] of fingerprints) {
    agencies.set(fingerprint, [...(agencies.get(fingerprint) ?? []), agency]);
  }
  const [, ...others] = [...agencies.values()].toSorted((a, b) => b.length - a.length);
  return others.flat().toSorted();
}
