import { PlanningWorker } from '../../gateway/federation/planning/planning-worker';
import type { Agency } from '../../shared/domain/agencies';
import { assessmentOf } from '../support/assessments';
import { childIdOf, STORY } from '../support/databases';
import { LEFT_BEHIND_ASSESSMENT } from '../support/references';
import { startSystem, type TestSystem, visiting } from '../support/system';
import { fiftyFragments, nestedFragments } from '../support/wide-operations';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());
beforeEach(() => system.forget());

const ID = childIdOf(STORY.leftBehind);
const child = (selection: string) => `{ child(id: "${ID}") { ${selection} } }`;
const ASSESSING = { as: 'town-case-worker', reference: LEFT_BEHIND_ASSESSMENT };
const OWN_DUTY = { as: 'education-officer', purpose: 'OWN_DUTY' };

const agenciesAsked = () => [...new Set(system.subRequests.map(({ agency }) => agency))].sort();

describe('an agency is not asked if all of its fields are refused', () => {
  test.each<[string, string, string, string, readonly Agency[]]>([
    ['a section', 'town-case-worker', 'RISK_ASSESSMENT', 'bullyingReports { role }', ['governance-center']],
    [
      'a section with an absent refusal',
      'town-case-worker',
      'RISK_ASSESSMENT',
      'victimSupport { needs } judicialAid { kind }',
      ['governance-center'],
    ],
    [
      'all sections of one agency',
      'education-officer',
      'OWN_DUTY',
      'identity { fullName } household { address } policeIncidents { type }',
      ['governance-center'],
    ],
    [
      'some sections of others',
      'education-officer',
      'OWN_DUTY',
      'enrolment { school } welfare { since } lovingMother { name }',
      ['education', 'governance-center'],
    ],
    ['everything', 'education-developer', 'OWN_DUTY', 'id enrolment { school }', []],
  ])('about %s', async (_, as, purpose, selection, agencies) => {
    const options = { as, purpose, ...(as === 'town-case-worker' && { reference: LEFT_BEHIND_ASSESSMENT }) };
    const { status, body } = await system.ask(child(selection), options);
    expect(status).toBe(200);
    expect(Object.keys(body.data)).toEqual(['child']);
    expect(agenciesAsked()).toEqual(agencies);
  });
});

test('a caller who may find a child but see none of its fields still gets its id', async () => {
  const { body } = await system.ask(`{ childByIdNumber(idNumber: "${STORY.leftBehind}") { id identity { sex } } }`, {
    as: 'police-officer',
    purpose: 'MANDATORY_REPORT',
  });
  expect(body.data).toEqual({ childByIdNumber: { id: ID, identity: null } });
  expect(agenciesAsked()).toEqual(['governance-center']);
});

describe('one operation, sent by callers with different refusals', () => {
  const TEXTS = {
    'an operation without a name': { query: '' },
    'an operation with a name': { query: 'query Named ', operationName: 'Named' },
    'one of two operations': { query: 'query Other { children { totalCount } } query Named ', operationName: 'Named' },
  };
  const permitted = { id: ID, bullyingReports: [], enrolment: { school: expect.any(String) } };
  /** Each test has its own document, because a cached plan would hide new planning. */
  let number = 0;
  const textOf = (prefix: string) => {
    number += 1;
    return `${prefix}${child(`id bullyingReports { role } enrolment { school } again${number}: id`)}`;
  };

  test.each(Object.entries(TEXTS))(
    '%s gets the right answer for each caller, whoever is first',
    async (_, { query, ...options }) => {
      for (const order of [
        ['town-case-worker', 'education-officer'],
        ['education-officer', 'town-case-worker'],
      ]) {
        const text = textOf(query);
        for (const as of [...order, ...order]) {
          system.forget();
          const denied = as === 'town-case-worker';
          const { body } = await system.ask(text, { ...options, ...(denied ? ASSESSING : OWN_DUTY) });
          expect(body.data.child).toMatchObject(permitted);
          const asked = system.subRequests.find(({ agency }) => agency === 'education');
          expect({ as, asked: JSON.stringify(asked?.request.body).includes('bullyingReports') }).toEqual({
            as,
            asked: !denied,
          });
          expect({ as, told: body.extensions.access.denied.length }).toEqual({ as, told: denied ? 1 : 0 });
        }
      }
    },
  );

  test('has one plan for all callers with the same refusals', async () => {
    const planned = jest.spyOn(PlanningWorker.prototype, 'run');
    try {
      const text = textOf('');
      const plansAfter = async (options: Parameters<TestSystem['ask']>[1]) => {
        expect((await system.ask(text, options)).status).toBe(200);
        return planned.mock.calls.filter(([{ kind }]) => kind === 'plan').length;
      };
      expect(await plansAfter(ASSESSING)).toBe(1);
      expect(
        await plansAfter({ as: 'county-case-worker', reference: await assessmentOf(ID, 'county-case-worker') }),
      ).toBe(1);
      expect(await plansAfter(visiting())).toBe(1);
      expect(await plansAfter(OWN_DUTY)).toBe(2);
      expect(await plansAfter(ASSESSING)).toBe(2);
      expect(await plansAfter(OWN_DUTY)).toBe(2);
    } finally {
      planned.mockRestore();
    }
  });
});

test('a document with several operations needs an operation name, so none bypasses the filter', async () => {
  const query = `query A ${child('bullyingReports { role }')} query B { children { totalCount } }`;
  for (const operationName of [undefined, '', 'C']) {
    const { status, body } = await system.ask(query, { operationName });
    expect({ status, code: body.errors[0].extensions.code }).toEqual({
      status: 400,
      code: 'OPERATION_RESOLUTION_FAILURE',
    });
  }
  expect(system.subRequests).toEqual([]);
});

test('a variable that only a refused field used causes no error', async () => {
  const { body } = await system.ask(
    `query ($id: ID!, $months: Int!, $with: Boolean!) { child(id: $id) { id attendance(months: $months) @include(if: $with) { month } } }`,
    { as: 'police-officer', purpose: 'OWN_DUTY', variables: { id: ID, months: 3, with: true } },
  );
  expect(body.data).toEqual({ child: { id: ID, attendance: [] } });
  expect(body.errors).toHaveLength(1);
});

describe('a refusal is reported', () => {
  const refusal = (coordinate: string, dataClass: string, purposes: string[], path: string[]) => ({
    message: 'Not authorized for this field.',
    path,
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', coordinate, dataClass, purposes },
  });

  test('once for a list of twenty, with the purposes that would open the field', async () => {
    const { body } = await system.ask(
      `{ children(first: 20) { nodes { bullyingReports { role } identity { fullName } victimSupport { needs } welfare { reason } } } }`,
      visiting('county-case-worker'),
    );
    expect(body.data.children.nodes).toHaveLength(20);
    expect(body.errors).toEqual([
      refusal(
        'Child.bullyingReports',
        'education.bullying',
        ['CASE_HANDLING'],
        ['children', 'nodes', '@', 'bullyingReports'],
      ),
    ]);
    expect(body.extensions.access).toEqual({
      purpose: 'VISIT',
      reference: visiting('county-case-worker').reference,
      masked: [],
      denied: [{ coordinate: 'Child.bullyingReports', dataClass: 'education.bullying', purposes: ['CASE_HANDLING'] }],
      unavailable: [],
    });
  });

  test('not where a value is masked, which the extensions say', async () => {
    const { body } = await system.ask(child('identity { idNumber } enrolment { studentNumber }'));
    expect(body.errors).toBeUndefined();
    expect(body.extensions.access.masked.toSorted()).toEqual(['Enrolment.studentNumber', 'Identity.idNumber']);
  });

  test('in the same form if the agency refuses by record, without other purposes', async () => {
    const elsewhere = await system.ask(`{ child(id: "${childIdOf(STORY.neighbour)}") { id } }`);
    expect([elsewhere.body.data, elsewhere.body.errors]).toEqual([{ child: null }, undefined]);
    const led = await system.ask('{ children(first: 50) { nodes { protectionCategories { category } } } }', {
      as: 'police-officer',
      purpose: 'OWN_DUTY',
    });
    expect(led.body.errors).toEqual([
      refusal(
        'Child.protectionCategories',
        'governance-center.protection',
        [],
        ['children', 'nodes', '@', 'protectionCategories'],
      ),
    ]);
  });

  test('as an error at each place of the operation, and in the extensions once per field', async () => {
    const { body } = await system.ask(
      child('a: bullyingReports { role } b: bullyingReports { role } policeIncidents { type }'),
    );
    expect(body.errors.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'child.a',
      'child.b',
      'child.policeIncidents',
    ]);
    expect(body.extensions.access.denied.map(({ coordinate }: { coordinate: string }) => coordinate)).toEqual([
      'Child.bullyingReports',
      'Child.policeIncidents',
    ]);
  });

  test('with several purposes if several would open the field', async () => {
    const { body } = await system.ask(child('enrolment { school }'), { as: 'police-officer', purpose: 'OWN_DUTY' });
    expect(body.errors).toEqual([
      refusal('Child.enrolment', 'education.schooling', ['CASE_HANDLING', 'EMERGENCY'], ['child', 'enrolment']),
    ]);
    const worker = await system.ask(child('id'), { purpose: 'STATISTICS' });
    expect(worker.body.errors).toEqual([
      refusal(
        'Query.child',
        'governance-center.index',
        ['RISK_ASSESSMENT', 'CASE_HANDLING', 'WELFARE_SERVICE', 'VISIT', 'EMERGENCY'],
        ['child'],
      ),
    ]);
  });

  test('but not if the refusal is absent', async () => {
    const { body } = await system.ask(
      child(
        'victimSupport { needs } judicialAid { kind } familyComplaints { kind } welfare { reason } wellbeingScreening { score }',
      ),
    );
    expect(body.errors).toBeUndefined();
    expect(body.extensions.access).toMatchObject({ masked: [], denied: [] });
    expect(body.data.child).toMatchObject({ victimSupport: null, judicialAid: [], familyComplaints: [] });
  });
});

describe('large operations', () => {
  test('of 500 fields in 50 fragments are answered, each refused field once', async () => {
    const { status, body } = await system.ask(fiftyFragments('f').replace('"x"', `"${ID}"`));
    expect(status).toBe(200);
    expect(Object.keys(body.data.child)).toHaveLength(250);
    expect(body.extensions.access.denied).toHaveLength(2);
    expect(body.errors.length).toBeLessThan(250);
  });

  test('with nested fragments are answered, or refused as too complex', async () => {
    const answered = await system.ask(nestedFragments(8).replace('"x"', `"${ID}"`));
    expect(answered.body.data).toEqual({ child: { bullyingReports: [], risk: { level: 'YELLOW' } } });
    expect(answered.body.errors).toHaveLength(1);
    const refused = await system.ask(nestedFragments(14));
    expect({ status: refused.status, code: refused.body.errors[0].extensions.code }).toEqual({
      status: 400,
      code: 'OPERATION_TOO_WIDE',
    });
  });
});
