import { randomUUID } from 'node:crypto';
import { decode } from 'jsonwebtoken';
import type { Knex } from 'knex';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import { connect } from '../../shared/db/connect';
import type { Subgraph } from '../../shared/protocol/subgraph-exchange';
import { caseworkOf } from '../support/cases/subjects';
import { childIdOf, filledDatabase, STORY, testDatabases } from '../support/databases';
import { FULL_CHILD } from '../support/full-child';
import { type AskOptions, type Reply, startSystem, type TestSystem } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

let system: TestSystem;
let references: { readonly leftBehind: CaseAndMeeting; readonly protectedAddress: CaseAndMeeting };
beforeAll(async () => {
  system = await startSystem();
  references = {
    leftBehind: await caseAndMeetingOf(STORY.leftBehind),
    protectedAddress: await caseAndMeetingOf(STORY.protectedAddress),
  };
});
afterAll(() => system.close());
beforeEach(() => system.forget());

interface CaseAndMeeting {
  readonly caseId: string;
  readonly meetingId: string;
}

async function caseAndMeetingOf(idNumber: string): Promise<CaseAndMeeting> {
  const { case: itsCase, meeting } = await caseworkOf(idNumber);
  return { caseId: itsCase.id, meetingId: meeting.id };
}

const byCase = (id: string, as = 'county-case-worker'): AskOptions => ({
  as,
  purpose: 'CASE_HANDLING',
  reference: `case/${id}`,
});
const atMeeting = (id: string, as = 'education-member'): AskOptions => ({
  as,
  purpose: 'JOINT_MEETING',
  reference: `meeting/${id}`,
});
const child = (id: string, selection: string) => `{ child(id: "${id}") { ${selection} } }`;
const coordinates = ({ body }: Reply) =>
  (body.extensions.access.denied as { coordinate: string }[]).map(({ coordinate }) => coordinate);
const NEED_TO_KNOW =
  'bullyingReports { measure } policeIncidents { receiptNumber } domesticViolenceWarnings { number } familyComplaints { handling } safetyOrderApplications { decision }';

/** Caches read the clock at most once a millisecond. */
const ticks = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('a case', () => {
  test('opens its children, and no others', async () => {
    const selection = `{ id enrolment { school } ${NEED_TO_KNOW} victimSupport { needs } }`;
    const reply = await system.ask(
      `{ covered: child(id: "${FULL_CHILD.id}") ${selection} other: child(id: "${childIdOf(STORY.leftBehind)}") ${selection} }`,
      byCase(FULL_CHILD.case.id),
    );
    expect(reply.body.data).toEqual({
      covered: {
        id: FULL_CHILD.id,
        enrolment: { school: '全例学校' },
        bullyingReports: [{ measure: '全例措施' }],
        policeIncidents: [{ receiptNumber: 'J-全-0001' }],
        domesticViolenceWarnings: [{ number: '告诫〔全〕1号' }],
        familyComplaints: [{ handling: '全例投诉处理' }],
        safetyOrderApplications: [{ decision: '全例裁定' }],
        victimSupport: { needs: ['全例救助需求'] },
      },
      other: null,
    });
    expect(reply.body.errors).toBeUndefined();
    expect(reply.body.extensions.access.reference).toBe(`case/${FULL_CHILD.case.id}`);
  });

  test('lists what it covers: itself, its children, its clues and its meetings', async () => {
    const { body } = await system.ask(
      '{ children { totalCount nodes { id } } cases { totalCount nodes { id } } clues { totalCount nodes { id } } jointMeetings { totalCount nodes { id } } }',
      byCase(FULL_CHILD.case.id),
    );
    const ids = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id).sort();
    const lists = Object.fromEntries(
      Object.entries(body.data as Record<string, { totalCount: number; nodes: { id: string }[] }>).map(
        ([name, { totalCount, nodes }]) => [name, { totalCount, ids: ids(nodes) }],
      ),
    );
    expect(lists).toEqual({
      children: { totalCount: 1, ids: [FULL_CHILD.id] },
      cases: { totalCount: 1, ids: [FULL_CHILD.case.id] },
      clues: { totalCount: 1, ids: [FULL_CHILD.clue.id] },
      jointMeetings: { totalCount: 3, ids: ids(Object.values(FULL_CHILD.meetings)) },
    });
  });

  test('is signed into the context that every agency gets', async () => {
    await system.ask(
      child(FULL_CHILD.id, 'enrolment { school } welfare { since }'),
      byCase(FULL_CHILD.case.id, 'town-case-worker'),
    );
    const grants = system.subRequests.map(({ agency, request }) => {
      const context = decode((request.authorization ?? '').replace('Bearer ', '')) as {
        aud: string;
        grant: Grant | null;
      };
      expect(context.aud).toBe(agency);
      return [agency, context.grant] as const;
    });
    const covers = {
      ...COVERS_NOTHING,
      kind: 'case',
      children: [FULL_CHILD.id],
      cases: [FULL_CHILD.case.id],
      meetings: expect.arrayContaining(Object.values(FULL_CHILD.meetings).map(({ id }) => id)),
    };
    expect(grants).toEqual([
      ['governance-center', null], // the content of the reference
      ['governance-center', covers],
      ...grants.slice(2).map(([agency]) => [agency, covers]),
    ]);
    expect(
      grants
        .map(([agency]) => agency)
        .slice(2)
        .sort(),
    ).toEqual(['civil-affairs', 'education']);
  });
});

describe('a meeting', () => {
  test('opens nothing that is not on its docket', async () => {
    const { caseId, meetingId } = references.protectedAddress;
    const { body } = await system.ask(
      `{ child(id: "${childIdOf(STORY.protectedAddress)}") { id } case(id: "${caseId}") { id } jointMeeting(id: "${meetingId}") { id } }`,
      atMeeting(references.leftBehind.meetingId),
    );
    expect(body.data).toEqual({ child: null, case: null, jointMeeting: null });
  });

  test('(c) opens case conference data only if it is one', async () => {
    // Members of an agency that owns none of it: what is their own they read in either.
    const selection = child(
      FULL_CHILD.id,
      `id enrolment { grade school } wellbeingScreening { screenedAt } ${NEED_TO_KNOW}`,
    );
    const regular = await system.ask(selection, atMeeting(FULL_CHILD.meetings.regular.id, 'civil-affairs-member'));
    expect(regular.body.data.child).toEqual({
      id: FULL_CHILD.id,
      enrolment: { grade: '全例年级', school: null },
      wellbeingScreening: null,
      bullyingReports: [],
      policeIncidents: [],
      domesticViolenceWarnings: [],
      familyComplaints: [],
      safetyOrderApplications: [],
    });
    // Absent refusals are not reported.
    expect(coordinates(regular)).toEqual([
      'Child.wellbeingScreening',
      'Child.bullyingReports',
      'Child.policeIncidents',
    ]);
    const conference = await system.ask(
      selection,
      atMeeting(FULL_CHILD.meetings.conference.id, 'civil-affairs-member'),
    );
    expect(conference.body.errors).toBeUndefined();
    expect(conference.body.data.child).toEqual({
      id: FULL_CHILD.id,
      enrolment: { grade: '全例年级', school: '全例学校' },
      wellbeingScreening: { screenedAt: '2026-01-08' },
      bullyingReports: [{ measure: '全例措施' }],
      policeIncidents: [{ receiptNumber: 'J-全-0001' }],
      domesticViolenceWarnings: [{ number: '告诫〔全〕1号' }],
      familyComplaints: [{ handling: '全例投诉处理' }],
      safetyOrderApplications: [{ decision: '全例裁定' }],
    });
  });

  test('is a regular one for the left-behind child, and a case conference for the protected address', async () => {
    const selection = 'id domesticViolenceWarnings { number } familyComplaints { kind }';
    const at = async (idNumber: string, { meetingId }: CaseAndMeeting) =>
      (await system.ask(child(childIdOf(idNumber), selection), atMeeting(meetingId, 'womens-federation-member'))).body
        .data.child;
    expect(await at(STORY.leftBehind, references.leftBehind)).toMatchObject({
      domesticViolenceWarnings: [],
      familyComplaints: [],
    });
    const conferred = await at(STORY.protectedAddress, references.protectedAddress);
    expect(conferred.domesticViolenceWarnings).toHaveLength(1);
    expect(conferred.familyComplaints).toHaveLength(1);
  });

  test('is managed by its clerk, who sees the region’s meetings but neither cases nor children', async () => {
    const clerk = atMeeting(FULL_CHILD.meetings.regular.id, 'meeting-clerk');
    const reply = await system.ask(
      `{ jointMeetings(first: 100) { totalCount nodes { id title docket { caseId decision tasks { id } } } }
         child(id: "${FULL_CHILD.id}") { id } children { totalCount } cases { totalCount } case(id: "${FULL_CHILD.case.id}") { id } }`,
      clerk,
    );
    expect(reply.body.data).toMatchObject({
      child: null,
      children: { totalCount: 0 },
      cases: { totalCount: 0 },
      case: null,
    });
    const meetings: { id: string; docket: unknown[] }[] = reply.body.data.jointMeetings.nodes;
    expect(meetings.length).toBeGreaterThan(3);
    expect(meetings.find(({ id }) => id === FULL_CHILD.meetings.regular.id)?.docket).toEqual([
      { caseId: FULL_CHILD.case.id, decision: FULL_CHILD.decision, tasks: [] },
    ]);
    expect(coordinates(reply)).toEqual([
      'Query.child',
      'Query.children',
      'Query.cases',
      'Query.case',
      // Of the other meetings.
      'DocketItem.decision',
    ]);
  });
});

describe('a reference that covers nothing', () => {
  const refused: Record<string, () => AskOptions> = {
    'does not exist': () => byCase(randomUUID()),
    'is a case of another county': () => byCase(references.leftBehind.caseId, 'neighbour-case-worker'),
    'is a case that the caller’s role takes no part in': () => byCase(references.leftBehind.caseId, 'child-director'),
    'is a meeting that the caller’s agency does not attend': () => atMeeting(FULL_CHILD.meetings.civilAffairsOnly.id),
    'is a meeting of another’s role': () => atMeeting(FULL_CHILD.meetings.regular.id, 'county-case-worker'),
    'is no id at all': () => byCase('not-a-uuid'),
    'is the id of a meeting, as a case': () => byCase(FULL_CHILD.meetings.regular.id),
    'is asked for by a developer': () => byCase(references.leftBehind.caseId, 'education-developer'),
  };

  test('is refused in the same way, whatever the reason', async () => {
    const answers = new Map<string, string[]>();
    for (const [what, options] of Object.entries(refused)) {
      const { status, headers, text } = await system.ask('{ children { totalCount } }', options());
      const rest = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
      const answer = JSON.stringify({ status, rest, text });
      answers.set(answer, [...(answers.get(answer) ?? []), what]);
    }
    expect([...answers.values()]).toEqual([Object.keys(refused)]);
    const [answer = ''] = answers.keys();
    expect(JSON.parse(answer).status).toBe(403);
    expect(JSON.parse(JSON.parse(answer).text)).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'ACCESS_REFERENCE_REFUSED' } }],
    });
  });

  test('reaches only the governance centre', async () => {
    for (const options of Object.values(refused)) await system.ask(child(FULL_CHILD.id, NEED_TO_KNOW), options());
    expect(system.subRequests).toHaveLength(Object.keys(refused).length);
    expect(new Set(system.subRequests.map(({ agency }) => agency))).toEqual(new Set(['governance-center']));
  });

  test('cannot be used by an officer who does not take part', async () => {
    const { id } = FULL_CHILD.meetings.civilAffairsOnly;
    const ask = (as: string) => system.ask('{ children { totalCount } }', atMeeting(id, as));
    expect((await ask('civil-affairs-member')).body.data.children.totalCount).toBe(1);
    expect((await ask('education-member')).status).toBe(403);
    expect((await ask('civil-affairs-member')).status).toBe(200);
  });
});

describe('while the governance centre is down', () => {
  const faults: Record<string, Subgraph['handle']> = {
    'and cannot be reached': () => Promise.reject(new Error('connect ECONNREFUSED 10.1.2.3')),
    'and answers with a failure': async () => ({ status: 500, body: { errors: [{ message: '10.1.2.3' }] } }),
    'and answers with an error beside data': async () => ({
      status: 200,
      body: { data: { grant: null }, errors: [{ message: '10.1.2.3' }] },
    }),
    'and answers something else': async () => ({ status: 200, body: { data: { grant: { kind: 'CASE' } } } }),
  };

  test.each(Object.keys(faults))('%s, a reference cannot be verified', async (name) => {
    const undo = wrapAgency(system, 'governance-center', () => faults[name] as Subgraph['handle']);
    try {
      // An officer without a cached grant.
      const officer = { sub: name, name, agency: 'governance-center', roles: ['case-worker'], region: '990101' };
      const { status, body, text } = await system.post(JSON.stringify({ query: '{ children { totalCount } }' }), {
        authorization: `Bearer ${system.identityProvider.token(officer)}`,
        'access-purpose': 'CASE_HANDLING',
        'access-reference': `case/${FULL_CHILD.case.id}`,
      });
      expect({ status, code: body.errors[0].extensions.code }).toEqual({
        status: 503,
        code: 'ACCESS_REFERENCE_UNVERIFIED',
      });
      expect(text + system.logged()).not.toContain('10.1.2.3');
    } finally {
      undo();
    }
  });
});

describe('the content of a reference is cached for half a minute', () => {
  const timesAsked = () =>
    system.subRequests.filter(({ request }) => /grant\(/.test(JSON.stringify(request.body))).length;

  test('and requested again afterwards, separately for each officer', async () => {
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now');
    const askAfter = async (seconds: number, as: string) => {
      clock.mockReturnValue(now + seconds * 1000);
      await ticks();
      expect(
        (await system.ask('{ children { totalCount } }', atMeeting(FULL_CHILD.meetings.regular.id, as))).status,
      ).toBe(200);
      return timesAsked();
    };
    try {
      expect(await askAfter(100, 'prosecutor-member')).toBe(1);
      expect(await askAfter(101, 'prosecutor-member')).toBe(1);
      expect(await askAfter(101, 'police-member')).toBe(2);
      expect(await askAfter(129, 'prosecutor-member')).toBe(2);
      expect(await askAfter(130.5, 'prosecutor-member')).toBe(3);
      expect(await askAfter(130.9, 'police-member')).toBe(3);
    } finally {
      clock.mockRestore();
    }
  });
});

describe('a docket that changes', () => {
  let own: TestSystem;
  let owner: Knex;
  let story: CaseAndMeeting;
  beforeAll(async () => {
    const database = await filledDatabase('governance-center', 'grants_governance_center');
    own = await startSystem({ databases: new Map([...testDatabases(), ['governance-center', database]]) });
    owner = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
    story = await caseAndMeetingOf(STORY.leftBehind);
    const others = await owner('base.case_file')
      .whereLike('region', '990101%')
      .whereNot('case_id', story.caseId)
      .limit(5);
    await owner('base.docket_item').where('meeting_id', story.meetingId).whereNot('case_id', story.caseId).delete();
    await owner('base.docket_item').insert(
      others.map(({ case_id }, index) => ({ meeting_id: story.meetingId, position: 1_000 + index, case_id })),
    );
  });
  afterAll(async () => {
    await owner.destroy();
    await own.close();
  });

  test('is the meeting’s list, with its own totals and pages', async () => {
    const { meetingId } = story;
    const cases: string[] = await owner('base.docket_item').where({ meeting_id: meetingId }).pluck('case_id');
    expect(cases.length).toBeGreaterThan(2);
    const expected: Record<string, string[]> = {
      children: await owner('base.case_child').whereIn('case_id', cases).pluck('child_id'),
      cases,
      jointMeetings: [meetingId],
    };
    for (const [list, ids] of Object.entries(expected)) {
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { body }: Reply = await own.ask(
          `query ($after: String) { page: ${list}(first: 2, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
          { ...atMeeting(meetingId), variables: { after } },
        );
        const { totalCount, nodes, pageInfo } = body.data.page;
        expect({ list, totalCount }).toEqual({ list, totalCount: ids.length });
        seen.push(...nodes.map(({ id }: { id: string }) => id));
        ({ endCursor: after, hasNextPage: more } = pageInfo);
      }
      expect({ list, ids: seen.toSorted() }).toEqual({ list, ids: ids.toSorted() });
    }
    const clues = await own.ask('{ clues { totalCount nodes { id } } }', atMeeting(meetingId));
    expect(clues.body.data).toEqual({ clues: { totalCount: 0, nodes: [] } });
    expect(coordinates(clues)).toEqual(['Query.clues']);
  });

  test('ends the access to a case half a minute after its removal', async () => {
    const officer = atMeeting(story.meetingId, 'civil-affairs-member');
    const grade = async () =>
      (await own.ask(child(childIdOf(STORY.leftBehind), 'enrolment { grade }'), officer)).body.data.child;
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
    try {
      expect(await grade()).toEqual({ enrolment: { grade: expect.any(String) } });
      await owner('base.docket_item').where({ case_id: story.caseId }).delete();
      clock.mockReturnValue(now + 30_100);
      await ticks();
      expect(await grade()).toBeNull();
    } finally {
      clock.mockRestore();
    }
  });
});

describe('the gateway’s internal fields are not for clients', () => {
  test('the schema does not show them, not even to a developer', async () => {
    const { body } = await system.ask(
      `{ __schema { queryType { fields { name } } types { name } } Grant: __type(name: "Grant") { name } }`,
      { as: 'education-developer', purpose: 'OWN_DUTY' },
    );
    expect(body.data).toMatchObject({ Grant: null });
    const names = ({ name }: { name: string }) => name;
    expect(body.data.__schema.queryType.fields.map(names)).toContain('child');
    expect(body.data.__schema.queryType.fields.map(names)).not.toContain('grant');
    expect(body.data.__schema.types.map(names)).not.toEqual(expect.arrayContaining([expect.stringMatching(/Grant/)]));
  });

  test.each(['education-developer', 'county-case-worker'])('%s cannot use them', async (as) => {
    const { status, body } = await system.ask(`{ grant(kind: CASE, id: "${FULL_CHILD.case.id}") { children } }`, {
      as,
    });
    expect({ status, code: body.errors[0].extensions.code }).toEqual({
      status: 400,
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
    expect(system.subRequests).toEqual([]);
  });
});
