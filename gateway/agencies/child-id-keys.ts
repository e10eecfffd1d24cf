import type { Logger } from 'pino';
import type { AccessContext, ContextSigner } from '../../shared/protocol/context-token';
import type { Transport } from './transport';

export interface ChildIdKeysOptions {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly signContext: ContextSigner;
  readonly log: Logger;
}

/** An agency that starts with another key is found within this time. */
const INTERVAL_MILLISECONDS = 30_000;

/**
 * Whether all agencies derive pseudonyms by the same key and hash, by their fingerprints. Where one does not, its part of every
 * record would be empty without a word: then nothing is answered.
 */
export class ChildIdKeys {
  private readonly options: ChildIdKeysOptions;
  /** The last that each agency has said; one that cannot be reached keeps it. */
  private readonly fingerprints = new Map<string, string>();
  private differing: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(options: ChildIdKeysOptions) {
    this.options = options;
  }

  get agree(): boolean {
    return this.differing.length === 0;
  }

  /** Asks all agencies at once, and logs where it has become another answer. */
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
      log.info({ event: 'child-id-keys-agree' }, 'the agencies have the same CHILD_ID_KEY again');
    else {
      log.error(
        { event: 'child-id-keys-differ', agencies: differing },
        'agencies have another CHILD_ID_KEY or CHILD_ID_HASH than the others: nothing is answered until they agree',
      );
    }
  }

  /** Compares them again and again. */
  start(): void {
    this.timer = setInterval(() => void this.compare(), INTERVAL_MILLISECONDS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

// Private:

/** As an agency writes it: shared/domain/child-id.ts. */
const FINGERPRINT = /^[A-Za-z0-9_-]{12}$/;

/** Agencies answer to signed contexts alone. This one is sent with no operation, and nobody's. */
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

/** The agencies whose fingerprint is not that of most of them; of two groups of one size, not that of the first agency. */
function fewer(fingerprints: ReadonlyMap<string, string>): readonly string[] {
  const agencies = new Map<string, string[]>();
  for (const [agency, fingerprint] of fingerprints) {
    agencies.set(fingerprint, [...(agencies.get(fingerprint) ?? []), agency]);
  }
  const [, ...others] = [...agencies.values()].toSorted((a, b) => b.length - a.length);
  return others.flat().toSorted();
}
