import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { Agent, request } from 'undici';
import { backOff } from './back-off';
import { type Delivery, markDelivered, markFailed, takeDue } from './deliveries';
import type { Endpoint } from './endpoints';
import { noticeBody } from './notice';
import { announceOverdue } from './overdue';
import { registerEndpoints } from './register';
import { type Repeated, repeat } from './repeat';
import { sign } from './signature';

export interface DispatcherOptions {
  /** On the writer role. */
  readonly db: Knex;
  readonly endpoints: readonly Endpoint[];
  readonly now: () => Date;
  readonly log: Logger;
  /** Milliseconds until the next search for due deliveries after one that found none. */
  readonly pollInterval?: number;
  /** Milliseconds between two searches for overdue items. */
  readonly overdueInterval?: number;
  /** Milliseconds that a receiver has to answer. */
  readonly timeout?: number;
  /** Milliseconds after which a killed process's delivery is repeated; more than `timeout`. */
  readonly lease?: number;
  /** Milliseconds until the next attempt, by the number of attempts made. */
  readonly wait?: (attempts: number) => number;
}

export interface Dispatcher {
  /** Waits for deliveries in progress, and sends nothing more. */
  close(): Promise<void>;
}

/** Simultaneous deliveries to one endpoint. */
const CONCURRENCY = 8;
const OVERDUE_BATCH = 500;
const GIVE_UP_AFTER_MILLISECONDS = 3 * 24 * 60 * 60 * 1_000;
/** Bytes of an answer's body that are discarded; a longer body closes the connection. */
const IGNORED_BYTES = 16_384;

/**
 * Registers the endpoints, then sends them queued notices and announces overdue items until it is closed. Several
 * replicas may run it. Every endpoint has its own loop and connections, so none waits for another.
 */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { db, endpoints, now, log, pollInterval = 1_000, overdueInterval = 60_000 } = options;
  const agents = endpoints.map(() => new Agent({ connections: CONCURRENCY }));
  const failed = (work: string) => (error: unknown) => log.error({ work, cause: faultOf(error) }, 'notices failed');
  const startLoops = (): Repeated[] => [
    ...endpoints.map((endpoint, index) => {
      const agent = agents[index] as Agent;
      return repeat(() => sendDue(options, endpoint, agent), pollInterval, failed(endpoint.name));
    }),
    repeat(
      async () => (await announceOverdue(db, now(), OVERDUE_BATCH)) === OVERDUE_BATCH,
      overdueInterval,
      failed('overdue'),
    ),
  ];

  let loops: readonly Repeated[] = [];
  const registration = repeat(
    async () => {
      await registerEndpoints(db, endpoints, now());
      registration.stop();
      // Without endpoints there is nothing to do.
      if (endpoints.length > 0) loops = startLoops();
      return true;
    },
    pollInterval,
    failed('register'),
  );
  return {
    async close() {
      await registration.stop();
      await Promise.all(loops.map((loop) => loop.stop()));
      await Promise.all(agents.map((agent) => agent.destroy()));
    },
  };
}

/** @returns whether there was anything to send. */
async function sendDue(options: DispatcherOptions, endpoint: Endpoint, agent: Agent): Promise<boolean> {
  const due = await takeDue(options.db, endpoint.name, CONCURRENCY, options.lease ?? 30_000);
  const ends = await Promise.allSettled(due.map((delivery) => send(options, endpoint, agent, delivery)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return due.length > 0;
}

/** Marks a delivery only after its answer: if the process is killed before, the notice is sent again. */
async function send(
  { db, now, log, timeout = 5_000, wait = backOff }: DispatcherOptions,
  endpoint: Endpoint,
  agent: Agent,
  delivery: Delivery,
): Promise<void> {
  const answer = await post(endpoint, agent, delivery, now(), timeout);
  // Neither URL nor body, which may contain data that must not be logged.
  const told = { endpoint: endpoint.name, notice: delivery.noticeId, attempts: delivery.attempts, answer };
  if (typeof answer === 'number' && answer >= 200 && answer < 300) {
    await markDelivered(db, delivery);
    log.debug(told, 'notice delivered');
  } else if (await markFailed(db, delivery, wait(delivery.attempts), GIVE_UP_AFTER_MILLISECONDS)) {
    log.error(told, 'notice given up');
  } else {
    log.warn(told, 'notice not delivered');
  }
}

/** @returns the answer's status, even of a redirect, or the fault. */
async function post(
  { url, secrets }: Endpoint,
  agent: Agent,
  delivery: Delivery,
  now: Date,
  timeout: number,
): Promise<number | string> {
  const body = noticeBody(delivery, delivery.occurredAt);
  try {
    const { statusCode, body: ignored } = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'unified-child-record',
        ...sign(delivery.noticeId, body, secrets, now),
      },
      body,
      signal: AbortSignal.timeout(timeout),
    });
    await ignored.dump({ limit: IGNORED_BYTES }).catch(() => undefined);
    return statusCode;
  } catch (error) {
    return faultOf(error);
  }
}

/** The error's code or name: messages can contain addresses and values. */
function faultOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : (name ?? 'Error');
}
