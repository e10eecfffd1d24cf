import { randomUUID } from 'node:crypto';
import { byCase, type CaseWork, startCaseWork } from '../support/case-work';
import { childIdOf, STORY } from '../support/databases';
import * as ledger from '../support/ledger';
import type { Reply } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

let work: CaseWork;
beforeAll(async () => {
  work = await startCaseWork('ledger_outage', undefined, { LEDGER_DEADLINE_MILLISECONDS: '5000' });
});
afterAll(() => work.close());

const CHILD = childIdOf(STORY.leftBehind);
const QUERY = `{ child(id: "${CHILD}") { identity { fullName } enrolment { school } } }`;
const UNAVAILABLE = {
  errors: [
    {
      message: 'The access cannot be recorded at the moment and is therefore not answered.',
      extensions: { code: 'LEDGER_UNAVAILABLE' },
    },
  ],
};

const takeDown = () => ledger.takeDown(work.system.ledgerDatabase);
const bringBack = () => ledger.bringBack(work.system.ledgerDatabase);

/** Runs work during a request to an agency. */
function meanwhile(agency: 'education' | 'governance-center', what: () => Promise<void>): () => void {
  return wrapAgency(work.system, agency, (handle) => async (request) => {
    const answer = await handle(request);
    await what();
    return answer;
  });
}

async function ready(): Promise<number> {
  return (await fetch(work.system.url.replace('/graphql', '/ready'))).status;
}

function expectWithheld({ status, body, text }: Reply): void {
  expect(status).toBe(503);
  expect(body).toEqual(UNAVAILABLE);
  expect(text).not.toContain('林小溪');
}

const reportInput = () => ({
  idempotencyKey: randomUUID(),
  channel: '网格摸排',
  situation: '其他',
  facts: '不在场时的上报',
  region: '990101001',
});
const REPORT = 'mutation ($input: ReportClueInput!) { reportClue(input: $input) { receiptNumber } }';
const report = (input: object) =>
  work.system.ask(REPORT, { as: 'town-case-worker', purpose: 'MANDATORY_REPORT', variables: { input } });

describe('an outage of the ledger', () => {
  test('before a request: no agency is asked, nothing is answered, and /ready reports it; afterwards everything works again', async () => {
    expect(await ready()).toBe(200);
    await takeDown();
    try {
      // The first request may detect the outage.
      expectWithheld(await work.system.ask(QUERY));
      work.system.forget();
      expectWithheld(await work.system.ask(QUERY));
      expect(work.system.subRequests).toEqual([]);
      expect(await ready()).toBe(503);
      const { status, body } = await work.system.post(JSON.stringify({ query: QUERY }), {});
      expect([status, body]).toEqual([503, UNAVAILABLE]);
    } finally {
      await bringBack();
    }
    const reply = await work.system.ask(QUERY);
    expect(reply.body.data.child.identity.fullName).toBe('林小溪');
    expect(await work.system.entries(reply.headers.get('x-request-id'))).toHaveLength(1);
    expect(await ready()).toBe(200);
  });

  test('during a request: its answer is withheld', async () => {
    await work.system.ask(QUERY);
    const undo = meanwhile('education', takeDown);
    try {
      const reply = await work.system.ask(QUERY);
      expectWithheld(reply);
      await bringBack();
      expect(await work.system.entries(reply.headers.get('x-request-id'))).toEqual([]);
    } finally {
      undo();
      await bringBack();
    }
  });

  test('for a moment only: the request waits and is answered', async () => {
    await work.system.ask(QUERY);
    const undo = meanwhile('education', async () => {
      await takeDown();
      setTimeout(() => void bringBack(), 500);
    });
    try {
      const reply = await work.system.ask(QUERY);
      expect(reply.body.data?.child.identity.fullName).toBe('林小溪');
      expect(await work.system.entries(reply.headers.get('x-request-id'))).toHaveLength(1);
    } finally {
      undo();
      await bringBack();
    }
  });

  test('before a mutation runs: nothing is changed', async () => {
    await work.system.ask(QUERY);
    const before = await work.contents();
    await takeDown();
    try {
      expectWithheld(await report(reportInput()));
      expectWithheld(await report(reportInput()));
    } finally {
      await bringBack();
    }
    expect(await work.contents()).toEqual(before);
  });

  test('between the check of a mutation’s reference and its beginning: nothing is changed', async () => {
    const input = { kind: '一般', level: 'YELLOW', children: [CHILD], region: '990101001' };
    const assessing = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT', select: 'id' };
    const { id } = await work.done('openCase', input, assessing);
    await work.confirm('CASE', id, 'county-case-worker');
    const before = await work.contents();
    const undo = meanwhile('governance-center', takeDown);
    try {
      expectWithheld(await work.act('takeStep', { case: id, step: 'ASSESSED', note: '核实', version: 1 }, byCase(id)));
    } finally {
      undo();
      await bringBack();
    }
    expect(await work.contents()).toEqual(before);
  });

  test('after a mutation ran: its beginning is recorded, and a retry with its key answers what was done', async () => {
    await work.system.ask(QUERY);
    const input = reportInput();
    const undo = meanwhile('governance-center', takeDown);
    let first: Reply;
    try {
      first = await report(input);
      expectWithheld(first);
    } finally {
      undo();
      await bringBack();
    }
    const entries = await work.system.entries(first.headers.get('x-request-id'));
    expect(entries).toMatchObject([{ stage: 'begun', operation: { kind: 'mutation' }, outcome: null }]);
    const clues = async () => (await work.owner('base.clue').where({ facts: input.facts }).count())[0]?.count;
    expect(await clues()).toBe('1');
    const second = await report(input);
    expect(second.body.data.reportClue.receiptNumber).toEqual(expect.any(String));
    expect(await clues()).toBe('1');
  });
});
