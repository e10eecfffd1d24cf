import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Agency, enumName } from '../../shared/domain/agencies';
import type { AskOptions } from './system';
import { NEVER_MILLISECONDS } from './until';

/** One request as a client sends it; without `as`, without a token. */
export interface Call extends AskOptions {
  readonly query: string;
}

/** A client's answer, or its failure. */
export type Received =
  | { readonly broken: true }
  | {
      readonly broken: false;
      readonly status: number;
      readonly requestId: string | null;
      // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
      readonly body: any;
    };

/** Codes of a whole request's refusal while processes are killed or starting. */
const WHOLE = new Set(['NOT_READY', 'LEDGER_UNAVAILABLE', 'ACCESS_REFERENCE_UNVERIFIED', 'OPENINGS_UNACCOUNTED']);

/** Codes without an own ledger entry: without the ledger, and for counted refusals. */
const unrecorded = (code: string): boolean =>
  ['NOT_READY', 'LEDGER_UNAVAILABLE', 'UNAUTHENTICATED', 'RATE_LIMITED'].includes(code);

/** Codes after which a client retries a mutation. */
const AGAIN = new Set([...WHOLE, 'AGENCY_UNAVAILABLE']);

/**
 * The faults of an answer, compared with the answer of a calm system. It is right if it is equal; if it lacks parts
 * only of agencies that may be down, with an error for each field; or if it is refused as a whole, with a code. @param
 * down agencies whose parts may be missing.
 */
export function faultsOf(calm: Received, received: Received, down: ReadonlySet<Agency>): string[] {
  if (received.broken) return [];
  if (calm.broken) return ['there is nothing to compare it with'];
  const { status, body } = received;
  if (status !== calm.status) {
    // The proxy's own answers have no body.
    if (status >= 502 && body === undefined) return [];
    const codes: string[] = (body?.errors ?? []).map(codeOf);
    const refused = status === 503 && body.data == null && codes.length === 1 && WHOLE.has(codes[0] ?? '');
    return refused ? [] : [`status ${status} ${codes}`];
  }
  const errors: GraphError[] = body?.errors ?? [];
  const missing = errors.filter((error) => codeOf(error) === 'AGENCY_UNAVAILABLE').map(({ extensions }) => extensions);
  if (missing.length === 0) return isDeepStrictEqual(body, calm.body) ? [] : ['differs, and says nothing of it'];

  const { unavailable, ...access } = body.extensions?.access ?? {};
  const { unavailable: _none, ...calmAccess } = calm.body.extensions.access;
  const named = agenciesOf(missing);
  const allowed = new Set([...down].map(enumName));
  const calmErrors = new Set((calm.body.errors ?? []).map(textOf));
  return [
    ...named.filter((agency) => !allowed.has(agency)).map((agency) => `${agency} is missing, which nobody has killed`),
    ...(isDeepStrictEqual(agenciesOf(unavailable ?? []), named) ? [] : ['unavailable does not name who is missing']),
    ...errors
      .filter((error) => codeOf(error) !== 'AGENCY_UNAVAILABLE' && !calmErrors.has(textOf(error)))
      .map((error) => `another error: ${codeOf(error)}`),
    ...['masked', 'denied'].flatMap((kind) => {
      const calmly = new Set((calmAccess[kind] as readonly unknown[]).map(textOf));
      return access[kind].every((told: unknown) => calmly.has(textOf(told))) ? [] : [`more is ${kind}`];
    }),
    ...differences(calm.body.data, body.data, new Set(missing.map(({ coordinate = '' }) => fieldOf(coordinate)))),
  ];
}

interface GraphError {
  readonly extensions: { readonly code: string; readonly agency?: string; readonly coordinate?: string };
}

const codeOf = ({ extensions }: GraphError): string => extensions.code;
const textOf = (value: unknown): string => JSON.stringify(value);
const agenciesOf = (told: readonly { readonly agency?: string }[]): string[] =>
  [...new Set(told.map(({ agency = '' }) => agency))].sort();
const fieldOf = (coordinate: string): string => coordinate.split('.')[1] ?? '';

/** Paths at which the data differs, except for fields reported as missing, which must be empty everywhere. */
function differences(calm: unknown, got: unknown, told: ReadonlySet<string>, path = 'data'): string[] {
  if (Array.isArray(calm) && Array.isArray(got) && calm.length === got.length) {
    return calm.flatMap((each, index) => differences(each, got[index], told, `${path}.${index}`));
  }
  if (isObject(calm) && isObject(got) && isDeepStrictEqual(Object.keys(calm), Object.keys(got))) {
    return Object.keys(calm).flatMap((key) => {
      const at = `${path}.${key}`;
      if (!told.has(key)) return differences(calm[key], got[key], told, at);
      const value = got[key];
      return value === null || (Array.isArray(value) && value.length === 0) ? [] : [`${at} is told to be missing`];
    });
  }
  // A missing non-null field makes its parent null (spec, 6.4.4).
  if (got === null && isObject(calm) && Object.keys(calm).some((key) => told.has(key))) return [];
  return isDeepStrictEqual(calm, got) ? [] : [`${path} differs`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export interface DrillOptions {
  readonly send: (call: Call) => Promise<Received>;
  readonly calls: readonly Call[];
  readonly clients: number;
  /** A mutation with a text to find it by and an idempotency key; each client sends one from time to time. */
  readonly mutation: (text: string, idempotencyKey: string) => Call;
}

export interface DrillOutcome {
  readonly faults: readonly string[];
  readonly answers: readonly { readonly requestId: string; readonly status: number }[];
  readonly counts: { whole: number; partial: number; refused: number; broken: number };
  /** The number of sent mutations, and the answers to each of their keys. */
  readonly sent: number;
  readonly done: ReadonlyMap<string, ReadonlySet<string>>;
}

const PAUSE_MILLISECONDS = 30;
/** One in this many requests of a client is a mutation. */
const EVERY = 8;
const SETTLING_MILLISECONDS = 100;

/** Several clients that send requests continuously, whose answers are all judged. */
export class Drill {
  private readonly options: DrillOptions;
  private readonly calm = new Map<Call, Received>();
  private readonly faults: string[] = [];
  private readonly answers: { requestId: string; status: number }[] = [];
  private readonly counts = { whole: 0, partial: 0, refused: 0, broken: 0 };
  private readonly done = new Map<string, Set<string>>();
  private sent = 0;
  private down: ReadonlySet<Agency> = new Set();
  private over = false;
  private clients: Promise<unknown> = Promise.resolve();

  constructor(options: DrillOptions) {
    this.options = options;
  }

  /** Records the calm system's answers, and starts the clients. @returns these answers, in the order of the calls. */
  async begin(): Promise<readonly Received[]> {
    for (const call of this.options.calls) this.calm.set(call, await this.options.send(call));
    this.clients = Promise.all(Array.from({ length: this.options.clients }, (_, index) => this.client(index)));
    return [...this.calm.values()];
  }

  /** Sets the agencies whose parts may be missing from now on. */
  mayMiss(agencies: readonly Agency[]): void {
    this.down = new Set(agencies);
  }

  /** Waits until all answers are as before, twice in a row, so every gateway was asked. @throws if they never are. */
  async settled(): Promise<void> {
    const deadline = Date.now() + NEVER_MILLISECONDS;
    const otherwise = async (): Promise<string[]> => {
      const { calls, send } = this.options;
      const received = await Promise.all(calls.map((call) => send(call)));
      return received.flatMap((each, index) => {
        const kind = kindOf(each);
        const faults = faultsOf(this.calmOf(calls[index] as Call), each, NOBODY);
        return kind === 'whole' ? faults : [kind, ...faults];
      });
    };
    for (let times = 0; times < 2; ) {
      const found = await otherwise();
      times = found.length === 0 ? times + 1 : 0;
      if (Date.now() > deadline) throw new Error(`Not answered as before: ${found.join('; ')}`);
      await sleep(SETTLING_MILLISECONDS);
    }
  }

  async end(): Promise<DrillOutcome> {
    this.over = true;
    await this.clients;
    const { faults, answers, counts, sent, done } = this;
    return { faults, answers, counts, sent, done };
  }

  // Private:

  private async client(index: number): Promise<void> {
    const { calls, mutation } = this.options;
    for (let turn = index; !this.over; turn += 1) {
      if (turn % EVERY === 0) await this.act(mutation);
      else {
        const call = oneOf(calls);
        const { received, down } = await this.ask(call);
        for (const fault of faultsOf(this.calmOf(call), received, down)) this.blame(call, fault);
      }
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  /** Retries a mutation with one key until it is answered. */
  private async act(mutation: DrillOptions['mutation']): Promise<void> {
    const text = `drill ${randomUUID()}`;
    const call = mutation(text, randomUUID());
    for (;;) {
      this.sent += 1;
      const { received } = await this.ask(call);
      const body = received.broken ? undefined : received.body;
      const answer = Object.values(body?.data ?? {})[0];
      const codes = (body?.errors ?? []).map(codeOf).filter((code: string) => !AGAIN.has(code));
      if (codes.length > 0) {
        this.blame(call, codes);
        return;
      }
      if (answer != null) {
        this.done.set(text, (this.done.get(text) ?? new Set()).add(textOf(answer)));
        // A further retry returns the result.
        if (Math.random() < 0.5) return;
      }
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  private async ask(call: Call): Promise<{ received: Received; down: ReadonlySet<Agency> }> {
    const before = this.down;
    const received = await this.options.send(call);
    this.counts[kindOf(received)] += 1;
    if (
      !received.broken &&
      received.requestId !== null &&
      !(received.body?.errors ?? []).map(codeOf).some(unrecorded)
    ) {
      this.answers.push({ requestId: received.requestId, status: received.status });
    }
    return { received, down: new Set([...before, ...this.down]) };
  }

  private calmOf(call: Call): Received {
    return this.calm.get(call) ?? { broken: true };
  }

  private blame({ as, query }: Call, fault: string): void {
    this.faults.push(`${as}: ${query.slice(0, 40)}: ${fault}`);
  }
}

export const oneOf = <One>(all: readonly One[]): One => all[Math.floor(Math.random() * all.length)] as One;

const NOBODY: ReadonlySet<Agency> = new Set();

function kindOf(received: Received): 'whole' | 'partial' | 'refused' | 'broken' {
  if (received.broken || received.body === undefined) return 'broken';
  if (received.status === 503) return 'refused';
  return (received.body.errors ?? []).some((error: GraphError) => codeOf(error) === 'AGENCY_UNAVAILABLE')
    ? 'partial'
    : 'whole';
}
