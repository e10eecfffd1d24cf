import { setTimeout as sleep } from 'node:timers/promises';
import { type AgencyLimits, DEFAULT_AGENCY_LIMITS } from '../../gateway/agencies/agency-limits';
import { httpTransport } from '../../gateway/agencies/http-transport';
import { reliableTransport } from '../../gateway/agencies/reliable-transport';
import { inProcessTransport, type Transport } from '../../gateway/agencies/transport';
import { Deadline } from '../../gateway/request/deadline';
import type { Subgraph } from '../../shared/protocol/subgraph-exchange';
import { BEHAVIOURS, type Behaviour, type FaultyAgency, faultyAgency } from '../support/faulty-agency';

// The gateway's protection against one agency, over HTTP.

const SUBGRAPH: Subgraph = { accepts: () => true, handle: async () => ({ status: 200, body: { data: { ok: true } } }) };
const REQUEST = { authorization: 'Bearer x', body: {} };
const LONG = 20_000;

let agency: FaultyAgency;
let transport: Transport;
let seen: string[];
beforeEach(async () => {
  agency = await faultyAgency(SUBGRAPH);
  seen = [];
});
afterEach(async () => {
  await agency.close();
  await transport.close();
});

function limitedTo(limits: Partial<AgencyLimits>): void {
  const all = { ...DEFAULT_AGENCY_LIMITS, ...limits };
  transport = reliableTransport('education', httpTransport(agency.url, all), all, {
    onOutcome: (name, outcome, milliseconds) => {
      expect([name, Number.isFinite(milliseconds)]).toEqual(['education', true]);
      seen.push(outcome);
    },
    onBreaker: (name, state) => {
      expect(name).toBe('education');
      seen.push(state);
    },
  });
}

const send = (milliseconds = LONG, repeatable = true) =>
  transport.send(REQUEST, { deadline: new Deadline(milliseconds), repeatable });
const answer = (milliseconds?: number, repeatable?: boolean) =>
  send(milliseconds, repeatable).then(
    ({ body }) => body.data,
    ({ reason }) => reason,
  );

test('the breaker opens after a number of consecutive faults, then lets one request try, and closes once that is answered', async () => {
  limitedTo({ breakerFaults: 3, breakerMilliseconds: 300, retries: 0 });
  agency.behaviour = BEHAVIOURS.answers500;
  expect([await answer(), await answer()]).toEqual(['FAULTY_ANSWER', 'FAULTY_ANSWER']);
  agency.behaviour = BEHAVIOURS.answers;
  expect(await answer()).toEqual({ ok: true });
  // An answer in between resets the count.
  agency.behaviour = BEHAVIOURS.answers500;
  for (let fault = 0; fault < 3; fault += 1) expect(await answer()).toBe('FAULTY_ANSWER');
  const asked = agency.arrived.length;
  expect([await answer(), await answer()]).toEqual(['CIRCUIT_OPEN', 'CIRCUIT_OPEN']);
  expect(agency.arrived).toHaveLength(asked);

  await sleep(350);
  let answerNow: (() => void) | undefined;
  agency.behaviour = (response) => {
    answerNow = () => response.writeHead(500).end();
  };
  const trying = answer();
  while (answerNow === undefined) await sleep(5);
  // During the trial request, others are rejected immediately.
  expect(await answer()).toBe('CIRCUIT_OPEN');
  answerNow();
  expect(await trying).toBe('FAULTY_ANSWER');
  expect(await answer()).toBe('CIRCUIT_OPEN');
  expect(agency.arrived).toHaveLength(asked + 1);

  await sleep(350);
  agency.behaviour = BEHAVIOURS.answers;
  expect([await answer(), await answer()]).toEqual([{ ok: true }, { ok: true }]);
  expect(seen.filter((one) => /^[a-z]/.test(one))).toEqual(['open', 'half-open', 'open', 'half-open', 'closed']);
});

test('a fault of one request, or too short a share of its time, does not count towards the breaker', async () => {
  limitedTo({ breakerFaults: 1, retries: 0, responseBytes: 100_000 });
  agency.behaviour = BEHAVIOURS.answersWithoutEnd;
  expect(await answer()).toBe('FAULTY_ANSWER');
  agency.behaviour = BEHAVIOURS.hangs;
  const deadline = new Deadline(200);
  await sleep(150);
  await expect(transport.send(REQUEST, { deadline, repeatable: true })).rejects.toMatchObject({ reason: 'TIMED_OUT' });
  agency.behaviour = (response) => response.writeHead(401).end();
  expect(await answer()).toBe('REFUSED');
  agency.behaviour = BEHAVIOURS.answers;
  expect(await answer()).toEqual({ ok: true });
  agency.behaviour = BEHAVIOURS.hangs;
  // Long enough that a busy machine leaves half of it for the agency.
  expect(await answer(1_000)).toBe('TIMED_OUT');
  await sleep(0);
  expect(await answer()).toBe('CIRCUIT_OPEN');
});

test('a slow agency has a limited number of requests in progress and waiting, and every further one fails immediately', async () => {
  limitedTo({ concurrent: 2, queued: 3 });
  const waiting: (() => void)[] = [];
  agency.behaviour = (response, real) => waiting.push(() => void BEHAVIOURS.answers(response, real));
  const taken = Array.from({ length: 5 }, () => answer());
  while (waiting.length < 2) await sleep(5);
  expect(await Promise.all([answer(), answer()])).toEqual(['OVERLOADED', 'OVERLOADED']);
  await sleep(50);
  expect(agency.arrived).toHaveLength(2);
  expect(agency.connections.size).toBe(2);
  agency.behaviour = BEHAVIOURS.answers;
  for (const go of waiting) go();
  expect(await Promise.all(taken)).toEqual(Array.from({ length: 5 }, () => ({ ok: true })));
  expect(seen.filter((outcome) => outcome === 'OVERLOADED')).toHaveLength(2);
});

test('a waiting request gives up at its own deadline, and is not sent afterwards', async () => {
  limitedTo({ concurrent: 1, queued: 3 });
  let go: (() => void) | undefined;
  agency.behaviour = (response, real) => {
    go = () => void BEHAVIOURS.answers(response, real);
  };
  const first = answer();
  while (go === undefined) await sleep(5);
  expect(await answer(50)).toBe('TIMED_OUT');
  agency.behaviour = BEHAVIOURS.answers;
  go();
  expect(await first).toEqual({ ok: true });
  expect(await answer()).toEqual({ ok: true });
  expect(agency.arrived).toHaveLength(2);
});

test.each<[string, Behaviour]>([
  ['hangs', BEHAVIOURS.hangs],
  ['drips', BEHAVIOURS.drips],
])('the connection to an agency that %s is closed, which frees its place', async (_, behaviour) => {
  limitedTo({ concurrent: 2, queued: 0, breakerFaults: 1_000 });
  agency.behaviour = behaviour;
  expect(await Promise.all([answer(100), answer(100)])).toEqual(['TIMED_OUT', 'TIMED_OUT']);
  agency.behaviour = BEHAVIOURS.answers;
  expect(await Promise.all([answer(), answer()])).toEqual([{ ok: true }, { ok: true }]);
  expect(agency.connections.size).toBe(4);
});

test('a query is retried up to the limit, a mutation never, and nothing is retried after an answer', async () => {
  limitedTo({ retries: 2, breakerFaults: 1_000 });
  agency.behaviour = (response) => response.socket?.destroy();
  expect(await answer()).toBe('UNREACHABLE');
  expect(agency.arrived).toHaveLength(3);
  expect(await answer(LONG, false)).toBe('UNREACHABLE');
  expect(agency.arrived).toHaveLength(4);
  for (const behaviour of [BEHAVIOURS.answers500, BEHAVIOURS.answersNoJson, BEHAVIOURS.answersNoHttp]) {
    agency.arrived.length = 0;
    agency.behaviour = behaviour;
    expect(await answer()).toBe('FAULTY_ANSWER');
    expect(agency.arrived).toHaveLength(1);
  }
});

test('a query is not retried if its deadline is too close', async () => {
  // In process, a missing agency is detected immediately, even on a busy machine.
  const looks = jest.fn(() => undefined);
  transport = reliableTransport('education', inProcessTransport(looks), { ...DEFAULT_AGENCY_LIMITS, retries: 3 });
  expect(await answer(150)).toBe('UNREACHABLE');
  expect(looks).toHaveBeenCalledTimes(1);
});

test('the same limits and breaker apply in process', async () => {
  const handle = jest.fn<ReturnType<Subgraph['handle']>, []>(() => new Promise(() => undefined));
  const limits = { ...DEFAULT_AGENCY_LIMITS, breakerFaults: 3, concurrent: 1, queued: 0 };
  transport = reliableTransport(
    'education',
    inProcessTransport(() => ({ ...SUBGRAPH, handle })),
    limits,
  );
  const hanging = answer(100);
  expect(await answer()).toBe('OVERLOADED');
  expect(await hanging).toBe('TIMED_OUT');
  await sleep(0);
  handle.mockImplementation(() => Promise.reject(new Error('secret')));
  expect(await answer()).toBe('UNREACHABLE');
  expect(handle).toHaveBeenCalledTimes(3);
  expect(await answer()).toBe('CIRCUIT_OPEN');
});
