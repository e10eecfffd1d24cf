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
  /** Between two looks for something to send that found nothing; milliseconds. */
  readonly pollInterval?: number;
  /** Between two looks for what is overdue; milliseconds. */
  readonly overdueInterval?: number;
  /** For a receiver to answer; milliseconds. */
  readonly timeout?: number;
  /** After which a delivery that a killed process had begun is begun anew; milliseconds, more than `timeout`. */
  readonly lease?: number;
  /** Until the next attempt, by the number of those made; milliseconds. */
  readonly wait?: (attempts: number) => number;
}

export interface Dispatcher {
  /** Lets what is being sent come to its end, and sends nothing more. */
  close(): Promise<void>;
}

/** Sent to one endpoint at the same time. */
const CONCURRENCY = 8;
const OVERDUE_BATCH = 500;
const GIVE_UP_AFTER_MILLISECONDS = 3 * 24 * 60 * 60 * 1_000;
/** Of an answer's body, which nobody reads: a longer one costs the receiver its connection. */
const IGNORED_BYTES = 16_384;

/**
 * Registers the endpoints, then sends them what is queued and announces what falls overdue, until it is closed. Any
 * number of replicas may do so. Every endpoint has a loop and connections of its own: none waits for another.
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
      // Where nobody is to be told, nothing goes on.
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

/** Marks a delivery only once it is answered: a process that is killed before sends the notice again. */
async function send(
  { db, now, log, timeout = 5_000, wait = backOff }: DispatcherOptions,
  endpoint: Endpoint,
  agent: Agent,
  delivery: Delivery,
): Promise<void> {
  const answer = await post(endpoint, agent, delivery, now(), timeout);
  // Neither address nor body: either may hold what is not for the log.
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

/** @returns the answer's status, of a redirect too, or why there is none. */
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

/** A code or a name: messages can hold addresses and values. */
function faultOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: string };
  return typeof code === 'string' ? code : (name ?? 'Error');
}
