import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { askToExplain } from '../support/ask-to-explain';
import { childIdOf, STORY } from '../support/databases';
import { bringBack, takeDown } from '../support/ledger';
import { type AskOptions, startSystem, type TestSystem, TRIAGE, visiting } from '../support/system';

// POST /access/explain: the reasons for a caller's answer, with the limits and conditions of a query.

const CHILD = childIdOf(STORY.leftBehind);

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

test('an answered field is explained by the rules that permit it', async () => {
  const asked = { field: 'Child.enrolment.school', child: CHILD };
  const { status, headers, body } = await askToExplain(system, asked, visiting());
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  const basis =
    '未成年人保护法 第四十三条、第八十一条; 预防未成年人犯罪法 第二十五条; 个人信息保护法 第六条; 网络数据安全管理条例 第十二条';
  const rules = [{ id: 'education.visit', basis }];
  expect(body).toEqual({
    answers: ['CLEAR'],
    purpose: 'VISIT',
    reference: visiting().reference,
    because: [
      expect.objectContaining({ coordinate: 'Query.child', dataClass: 'governance-center.index' }),
      expect.objectContaining({ coordinate: 'Query.child', dataClass: 'governance-center.emergency', rules: [] }),
      { coordinate: 'Child.enrolment', dataClass: 'education.schooling', rules },
      { coordinate: 'Enrolment.school', dataClass: 'education.schooling', rules },
      { coordinate: 'Enrolment.school', dataClass: 'education.school-place', rules },
    ],
    denied: [],
    unavailable: [],
  });
});

test('a masked field is explained as masked', async () => {
  const { body } = await askToExplain(system, { field: 'Child.enrolment.studentNumber', child: CHILD });
  expect(body.answers).toEqual(['MASKED']);
  expect(body.because.at(-1).rules).toEqual([expect.objectContaining({ id: 'education.assessment-masked' })]);
});

test('a denied field is explained by the unmet conditions and by the purposes that would open it', async () => {
  const field = 'Child.bullyingReports.severity';
  const denied = [
    {
      coordinate: 'Child.bullyingReports',
      dataClass: 'education.bullying',
      purposes: [{ purpose: 'CASE_HANDLING', reference: 'case', reason: false }],
      rules: [
        {
          id: 'education.case-handling',
          basis:
            '未成年人保护法 第十一条第三款、第八十一条; 个人信息保护法 第三十四条、第三十七条; 网络数据安全管理条例 第十二条',
          unmet: [
            'context.purpose is CASE_HANDLING (it is RISK_ASSESSMENT)',
            'context.grant.kind is case (it is assessment)',
          ],
        },
      ],
    },
  ];
  const ofChild = (await askToExplain(system, { field, child: CHILD })).body;
  expect(ofChild).toMatchObject({ answers: ['DENIED'], because: [], denied });
  expect((await askToExplain(system, { field })).body).toMatchObject({ answers: ['DENIED'], denied: [denied[0], {}] });
});

test('a child of another county is explained like one who does not exist', async () => {
  const [exists, doesNot] = await Promise.all(
    [childIdOf(STORY.neighbour), 'x'.repeat(43)].map((child) =>
      askToExplain(system, { field: 'Child.enrolment', child }),
    ),
  );
  expect(exists?.body).toMatchObject({ answers: ['NO_DATA'], because: [], denied: [] });
  expect([exists?.status, exists?.text]).toEqual([doesNot?.status, doesNot?.text]);
});

test('an explanation by rules alone asks no agency', async () => {
  system.forget();
  const { body } = await askToExplain(system, { field: 'Child.enrolment.grade' });
  expect(body).toMatchObject({ answers: ['CLEAR', 'DENIED'] });
  expect(system.subRequests).toEqual([]);
});

test('an explanation is recorded like any other request, with the child', async () => {
  const reply = await askToExplain(system, { field: 'Child.enrolment.school', child: CHILD });
  const [entry] = await system.entries(reply.headers.get('x-request-id'));
  expect(entry).toMatchObject({
    caller: { id: 'town-case-worker' },
    purpose: 'RISK_ASSESSMENT',
    operation: { kind: 'query', name: 'AccessExplain', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    children: [CHILD],
    outcome: { status: 200, codes: [] },
  });
  expect(entry?.looks).toContainEqual(expect.objectContaining({ dataClass: 'education.schooling', answer: 'clear' }));
});

test.each([
  ['no object', [], 'BAD_REQUEST'],
  ['no field', { child: CHILD }, 'BAD_REQUEST'],
  ['a field that is no path', { field: 'Child' }, 'BAD_REQUEST'],
  ['what is not asked for', { field: 'Child.risk', query: '{ __typename }' }, 'BAD_REQUEST'],
  ['an ID number for a field', { field: `Child.x${STORY.leftBehind}` }, 'BAD_REQUEST'],
  ['a way that does not begin at the child', { field: 'Enrolment.school', child: CHILD }, 'BAD_USER_INPUT'],
])('%s is refused and recorded, and the error does not repeat it', async (_, sent, code) => {
  const reply = await askToExplain(system, sent);
  expect(reply.status).toBe(400);
  expect(reply.body).toEqual({ errors: [{ message: expect.any(String), extensions: { code } }] });
  expect(reply.text).not.toContain(STORY.leftBehind);
  const [entry] = await system.entries(reply.headers.get('x-request-id'));
  expect(entry?.outcome).toEqual({ status: 400, codes: [code] });
});

test('a request without a token or purpose gets the usual error', async () => {
  const url = system.url.replace('/graphql', '/access/explain');
  const anonymous = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  expect([anonymous.status, await anonymous.json()]).toMatchObject([401, { errors: [{}] }]);
  const asked = { field: 'Child.risk' };
  expect((await askToExplain(system, asked, { purpose: null })).body.errors[0].extensions.code).toBe(
    'ACCESS_PURPOSE_REQUIRED',
  );
  const reference = 'case/00000000-0000-0000-0000-000000000000';
  const refused = await askToExplain(system, asked, { purpose: 'CASE_HANDLING', reference });
  expect([refused.status, refused.body.errors[0].extensions.code]).toEqual([403, 'ACCESS_REFERENCE_REFUSED']);
  expect((await fetch(url)).status).toBe(405);
});

describe('with trusted documents and low limits', () => {
  let strict: TestSystem;
  beforeAll(async () => {
    strict = await startSystem({
      trustedDocumentsFile: join(PROJECT, 'gateway/generated/trusted-documents.json'),
      environment: { CALLER_REQUESTS_PER_MINUTE: '8', LEDGER_DEADLINE_MILLISECONDS: '1000' },
    });
  });
  afterAll(() => strict.close());

  const ask = async (field: string, options: AskOptions, child?: string) => {
    const { status, body } = await askToExplain(strict, { field, child }, options);
    return [status, body.answers ?? body.errors[0].extensions.code];
  };

  test('a child is explained if the explanation’s operation is known', async () => {
    expect(await ask('Child.enrolment.school', {}, CHILD)).toEqual([200, ['CLEAR']]);
    expect(await ask('Child.riskHistory.level', {}, CHILD)).toEqual([403, 'OPERATION_NOT_TRUSTED']);
    expect(await ask('Child.riskHistory.noSuchField', {}, CHILD)).toEqual([403, 'OPERATION_NOT_TRUSTED']);
    expect(await ask('Child.riskHistory.level', {})).toEqual([200, ['CLEAR', 'DENIED']]);
    const developer = { as: 'education-developer' };
    expect(await ask('Child.riskHistory.level', developer, CHILD)).toEqual([200, ['DENIED']]);
  });

  test('a caller over the request limit is told to wait', async () => {
    for (let turn = 0; turn < 4; turn += 1) expect(await ask('Child.risk', TRIAGE)).toMatchObject([200, {}]);
    expect(await ask('Child.risk', TRIAGE)).toEqual([429, 'RATE_LIMITED']);
  });

  test('without the ledger nothing is explained', async () => {
    await takeDown(strict.ledgerDatabase);
    try {
      expect(await ask('Child.enrolment.school', { as: 'county-case-worker' }, CHILD)).toEqual([
        503,
        'LEDGER_UNAVAILABLE',
      ]);
      expect(await ask('Child.enrolment.school', { as: 'county-case-worker' })).toEqual([503, 'LEDGER_UNAVAILABLE']);
    } finally {
      await bringBack(strict.ledgerDatabase);
    }
  });
});
