import { Counter, Gauge, type Histogram, type Registry } from 'prom-client';
import { AGENCIES } from '../../shared/domain/agencies';
import type { Purpose } from '../../shared/domain/purpose';
import { isErrorCode } from '../../shared/protocol/errors';
import type { RecordedAccess } from '../../shared/protocol/ledger-entry';
import type { CacheUse } from '../../shared/telemetry/cache-use';
import { durations } from '../../shared/telemetry/durations';
import { type AgencyOutcome, BREAKER_STATES, type BreakerState } from '../agencies/reliable-transport';
import type { PolledSource, ReadObserver } from '../http/authentication/polled';
import type { ReadFault } from '../http/authentication/read-fault';
import type { LedgerFigures } from '../ledger/access-ledger';
import { REFUSAL_REASONS } from '../ledger/ledger-refusal';
import type { TokenRefusalReason } from '../request/token-refused';

export const CACHES = ['documents', 'filtered', 'plans', 'contexts'] as const;
export type CacheName = (typeof CACHES)[number];

export interface EndedRequest {
  /** Null if none was stated. */
  readonly purpose: Purpose | null;
  readonly status: number;
  /** Codes of the errors in the answer, each once. */
  readonly codes: readonly string[];
  readonly seconds: number;
  /** Null if the token was not refused. */
  readonly tokenRefused: TokenRefusalReason | null;
}

/**
 * Metrics of the gateway. Labels come from closed sets and never identify a caller or a child. No metric depends on a
 * fact that is not in the ledger.
 */
export class GatewayMetrics {
  readonly caches: Readonly<Record<CacheName, CacheUse>>;
  private readonly requests: Counter<'purpose' | 'status'>;
  private readonly errors: Counter<'code'>;
  private readonly tokens: Counter<'reason'>;
  private readonly reads: Counter<'source' | 'outcome'>;
  private readonly durations: Histogram;
  private readonly agencies: Histogram<'agency' | 'outcome'>;
  private readonly breakers: Gauge<'agency' | 'state'>;
  private readonly looks: Counter<'agency' | 'answer'>;
  private readonly plans: Histogram;
  private readonly recordings: Histogram<'outcome'>;
  private readonly info: Gauge<'rules' | 'supergraph'>;
  private underWay = 0;
  private ready: () => boolean = () => false;
  private ledger: () => LedgerFigures | undefined = () => undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    this.caches = Object.fromEntries(CACHES.map((name) => [name, { hits: 0, misses: 0 }])) as Record<
      CacheName,
      CacheUse
    >;
    this.requests = new Counter({
      name: 'gateway_requests_total',
      help: 'Requests to /graphql that were answered, by purpose and HTTP status.',
      labelNames: ['purpose', 'status'],
      registers,
    });
    this.errors = new Counter({
      name: 'gateway_errors_total',
      help: 'Answers with an error of this code, each code counted once per answer.',
      labelNames: ['code'],
      registers,
    });
    this.tokens = new Counter({
      name: 'gateway_tokens_refused_total',
      help: 'Bearer tokens that were refused, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.reads = new Counter({
      name: 'gateway_token_source_reads_total',
      help: "How often the identity provider's keys and the list of revocations were read, by outcome.",
      labelNames: ['source', 'outcome'],
      registers,
    });
    this.durations = durations(
      registry,
      'gateway_request_duration_seconds',
      'How long requests to /graphql took until their answer had left.',
    );
    this.agencies = durations(
      registry,
      'gateway_agency_request_duration_seconds',
      'How long sub-requests took, by agency and outcome.',
      ['agency', 'outcome'],
    );
    this.breakers = new Gauge({
      name: 'gateway_agency_breaker_state',
      help: 'Circuit breaker per agency: 1 for the state that it is in.',
      labelNames: ['agency', 'state'],
      registers,
    });
    for (const agency of AGENCIES) this.onBreaker(agency, 'closed');
    this.looks = new Counter({
      name: 'gateway_looks_total',
      help: 'Data classes that requests accessed, by agency and by the answer recorded in the ledger.',
      labelNames: ['agency', 'answer'],
      registers,
    });
    this.plans = durations(
      registry,
      'gateway_plan_duration_seconds',
      'How long the query planner took for operations without a plan in memory.',
    );
    this.recordings = durations(
      registry,
      'gateway_ledger_record_duration_seconds',
      'How long entries took to become durable in the access ledger, or to fail.',
      ['outcome'],
    );
    this.info = new Gauge({
      name: 'gateway_info',
      help: 'Version of the rules and hash of the supergraph in force.',
      labelNames: ['rules', 'supergraph'],
      registers,
    });
    this.figures(registers);
  }

  /** @param rules version. @param supergraph hash. */
  serves(rules: string, supergraph: string): void {
    this.info.reset();
    this.info.set({ rules, supergraph }, 1);
  }

  onRequest(): void {
    this.underWay += 1;
  }

  onResponse({ purpose, status, codes, seconds, tokenRefused }: EndedRequest): void {
    this.underWay -= 1;
    this.requests.inc({ purpose: purpose ?? 'none', status });
    this.durations.observe(seconds);
    if (tokenRefused !== null) this.tokens.inc({ reason: tokenRefused });
    for (const code of codes) this.errors.inc({ code: isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR' });
  }

  readonly onRead: ReadObserver = (source: PolledSource, outcome: 'OK' | ReadFault) => {
    this.reads.inc({ source, outcome });
  };

  readonly onOutcome = (agency: string, outcome: AgencyOutcome, milliseconds: number): void => {
    this.agencies.observe({ agency, outcome }, milliseconds / 1_000);
  };

  readonly onBreaker = (agency: string, current: BreakerState): void => {
    for (const state of BREAKER_STATES) this.breakers.set({ agency, state }, state === current ? 1 : 0);
  };

  onAccesses(looks: readonly RecordedAccess[]): void {
    for (const { agency, answer } of looks) this.looks.inc({ agency, answer });
  }

  onPlanned(seconds: number): void {
    this.plans.observe(seconds);
  }

  onRecorded(outcome: 'ok' | 'failed', seconds: number): void {
    this.recordings.observe({ outcome }, seconds);
  }

  watchReady(ready: () => boolean): void {
    this.ready = ready;
  }

  watchLedger(figures: () => LedgerFigures): void {
    this.ledger = figures;
  }

  // Private:

  /** Metrics that are computed only when they are read. */
  private figures(registers: Registry[]): void {
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge('gateway_requests_under_way', 'Requests that are being answered.', () => this.underWay);
    gauge('gateway_ready', '1 while the gateway can answer, as /ready says.', () => Number(this.ready()));
    gauge('gateway_ledger_up', '1 while the last write to the access ledger succeeded.', () =>
      Number(this.ledger()?.up ?? false),
    );
    gauge('gateway_ledger_waiting_entries', 'Entries that are not durable yet.', () => this.ledger()?.waiting ?? 0);
    gauge(
      'gateway_ledger_oldest_waiting_seconds',
      'How long the oldest of them has waited.',
      () => (this.ledger()?.oldestWaiting ?? 0) / 1_000,
    );
    gauge('gateway_ledger_last_batch_timestamp_seconds', 'When entries last became durable; 0 before.', () =>
      seconds(this.ledger()?.lastBatchAt),
    );
    gauge(
      'gateway_ledger_uncovered_entries',
      'Entries of the chain that no checkpoint covers yet.',
      () => this.ledger()?.uncovered ?? 0,
    );
    gauge('gateway_ledger_last_checkpoint_timestamp_seconds', 'Time of the newest known checkpoint; 0 for none.', () =>
      seconds(this.ledger()?.lastCheckpointAt),
    );
    gauge(
      'gateway_ledger_clock_difference_seconds',
      "By how much this gateway's clock is ahead of the ledger's database; negative where it is behind.",
      () => (this.ledger()?.clockDifference ?? 0) / 1_000,
    );
    gauge(
      'gateway_ledger_ahead_seconds',
      'How far the time of the last entry of the chain lies in the future.',
      () => (this.ledger()?.ahead ?? 0) / 1_000,
    );
    const refusal = () => this.ledger()?.refusal;
    new Gauge({
      name: 'gateway_ledger_refused',
      help: '1 while the gateway refuses to record for this reason, although the ledger could be written.',
      labelNames: ['reason'],
      registers,
      collect() {
        for (const reason of REFUSAL_REASONS) this.set({ reason }, Number(refusal() === reason));
      },
    });
    const { caches } = this;
    new Counter({
      name: 'gateway_cache_lookups_total',
      help: "Lookups in the gateway's caches, by result.",
      labelNames: ['cache', 'result'],
      registers,
      collect() {
        this.reset();
        for (const cache of CACHES) {
          this.inc({ cache, result: 'hit' }, caches[cache].hits);
          this.inc({ cache, result: 'miss' }, caches[cache].misses);
        }
      },
    });
  }
}

const seconds = (at: Date | undefined): number => (at?.getTime() ?? 0) / 1_000;
