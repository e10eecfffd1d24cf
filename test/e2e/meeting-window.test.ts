import {
  atMeeting,
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import type { AskOptions } from '../support/system';

const SECOND = 1_000;

let time: PassingTime;
let work: CaseWork;
let children: readonly string[];
let cases: readonly [string, string];

const clerk: AskOptions = { as: 'meeting-clerk', purpose: 'OWN_DUTY' };
const county: AskOptions = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT' };

beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('meeting_window', time.clock);
  children = await unknownChildren(work.owner, '990101001', 2);
  const open = async (child = '') => {
    const { id } = await work.done(
      'openCase',
      { kind: '一般', level: 'YELLOW', children: [child], region: '990101001' },
      { ...county, select: 'id' },
    );
    await work.confirm('CASE', id, 'county-case-worker');
    return id as string;
  };
  cases = [await open(children[0]), await open(children[1])];
});
afterAll(async () => {
  await work.close();
  time.restore();
});

interface Convened {
  readonly id: string;
  readonly version: number;
  readonly opensAt: string;
  readonly closesAt: string;
}

/** A meeting with both cases on its docket, whose agencies have confirmed all attendees. */
async function convene(daysAhead: number, more: Record<string, unknown> = {}): Promise<Convened> {
  const meeting: Convened = await work.done(
    'conveneMeeting',
    {
      kind: 'CASE_CONFERENCE',
      heldAt: time.from(daysAhead * DAY_MILLISECONDS),
      region: '990101',
      agencies: ['GOVERNANCE_CENTER', 'EDUCATION', 'PUBLIC_SECURITY'],
      ...more,
    },
    { ...clerk, select: 'id version opensAt closesAt' },
  );
  for (const one of cases) await work.done('putOnDocket', { meeting: meeting.id, case: one }, clerk);
  await work.confirm('MEETING', meeting.id, 'education-member', 'education-officer', 'police-member');
  return meeting;
}

/** A member's view of the two cases and their children; the status if the reference is refused. */
async function seen({ id }: Convened, as: string): Promise<number | (string | null)[]> {
  const { status, body } = await work.system.ask(
    `{ first: case(id: "${cases[0]}") { id children { id } } second: case(id: "${cases[1]}") { id children { id } }
       one: child(id: "${children[0]}") { id } other: child(id: "${children[1]}") { id } }`,
    atMeeting(id, as),
  );
  if (status !== 200) return status;
  const { first, second, one, other } = body.data;
  return [first?.id ?? null, second?.id ?? null, one?.id ?? null, other?.id ?? null];
}
const all = () => [...cases, ...children];

describe('a meeting opens its docket to those who attend', () => {
  test('from 14 days before until 30 days after, and at no other time', async () => {
    const heldAt = new Date(time.now().getTime() + 20 * DAY_MILLISECONDS);
    const meeting = await convene(20);
    const opensAt = new Date(heldAt.getTime() - 14 * DAY_MILLISECONDS);
    const closesAt = new Date(heldAt.getTime() + 30 * DAY_MILLISECONDS);
    expect(meeting).toMatchObject({ opensAt: opensAt.toISOString(), closesAt: closesAt.toISOString() });

    const members = ['education-member', 'police-member'];
    const seenByMembers = async () => {
      const answers = await Promise.all(members.map((as) => seen(meeting, as)));
      expect(answers[1]).toEqual(answers[0]);
      return answers[0];
    };
    expect(await seenByMembers()).toBe(403);
    await time.passTo(new Date(opensAt.getTime() - SECOND));
    expect(await seenByMembers()).toBe(403);
    await time.passTo(opensAt);
    expect(await seenByMembers()).toEqual(all());
    await time.passTo(heldAt);
    expect(await seenByMembers()).toEqual(all());
    await time.passTo(new Date(closesAt.getTime() - SECOND));
    expect(await seenByMembers()).toEqual(all());
    // The gateway's cache may outlast the window by at most half a minute.
    await time.passTo(new Date(closesAt.getTime() - SECOND + HALF_A_MINUTE));
    expect(await seenByMembers()).toBe(403);
  });

  test('and not a millisecond longer', async () => {
    const meeting = await convene(1);
    await time.passTo(new Date(Date.parse(meeting.closesAt) - 1));
    expect(await seen(meeting, 'education-member')).toEqual(all());
    await time.passTo(new Date(meeting.closesAt));
    // Nothing is cached for an officer's first request.
    expect(await seen(meeting, 'police-member')).toBe(403);
  });

  test('to the people an agency names, to any member of an agency that names none, and to nobody of another', async () => {
    const named = await convene(1, { attendees: [{ officer: 'somebody-else', agency: 'EDUCATION' }] });
    expect(await seen(named, 'education-member')).toBe(403);
    expect(await seen(named, 'police-member')).toEqual(all());
    for (const stranger of [
      'prosecutor-member',
      'civil-affairs-member',
      'womens-federation-member',
      'education-officer',
    ]) {
      expect({ stranger, seen: await seen(named, stranger) }).toEqual({ stranger, seen: 403 });
    }
    const asked = await convene(1, {
      attendees: [
        { officer: 'somebody-else', agency: 'EDUCATION' },
        { officer: 'education-member', agency: 'EDUCATION' },
      ],
    });
    expect(await seen(asked, 'education-member')).toEqual(all());
    // An invitation by another agency does not count for one's own.
    const strange = await convene(1, {
      attendees: [
        { officer: 'somebody-else', agency: 'EDUCATION' },
        { officer: 'education-member', agency: 'PUBLIC_SECURITY' },
      ],
    });
    expect(await seen(strange, 'education-member')).toBe(403);
    expect(await seen(strange, 'police-member')).toBe(403);
  });

  test('and no longer than half a minute after an invitation is withdrawn', async () => {
    const attendees = [{ officer: 'education-member', agency: 'EDUCATION' }];
    const meeting = await convene(1, { attendees });
    expect(await seen(meeting, 'education-member')).toEqual(all());
    const change = { meeting: meeting.id, attendees: [{ officer: 'somebody-else', agency: 'EDUCATION' }], version: 3 };
    const changed = await work.done('changeMeeting', change, { ...clerk, select: 'version attendees { officer }' });
    expect(changed).toEqual({ version: 4, attendees: [{ officer: 'somebody-else' }] });
    await time.pass(HALF_A_MINUTE);
    expect(await seen(meeting, 'education-member')).toBe(403);
    await work.done('changeMeeting', { meeting: meeting.id, attendees, version: 4 }, clerk);
    expect(await seen(meeting, 'education-member')).toEqual(all());
    const agencies = ['GOVERNANCE_CENTER', 'PUBLIC_SECURITY'];
    const without = { meeting: meeting.id, agencies, version: 5 };
    expect(await work.done('changeMeeting', without, { ...clerk, select: 'attendees { officer }' })).toEqual({
      attendees: [],
    });
    await time.pass(HALF_A_MINUTE);
    expect(await seen(meeting, 'education-member')).toBe(403);
    expect(await seen(meeting, 'police-member')).toEqual(all());
  });
});

describe('a case that is removed from the docket', () => {
  test('is closed half a minute later at most, and the other case stays open', async () => {
    const meeting = await convene(1);
    const withSecondOnly = [null, cases[1], null, children[1]];
    expect(await seen(meeting, 'education-member')).toEqual(all());
    await work.done('takeOffDocket', { meeting: meeting.id, case: cases[0] }, clerk);
    // The grant is cached for half a minute; a first request is refused immediately.
    expect(await seen(meeting, 'police-member')).toEqual(withSecondOnly);
    await time.pass(HALF_A_MINUTE);
    expect(await seen(meeting, 'education-member')).toEqual(withSecondOnly);
    expect(
      (
        await work.refused(
          'giveOpinion',
          { meeting: meeting.id, case: cases[0], opinion: '意见' },
          atMeeting(meeting.id, 'education-member'),
        )
      ).code,
    ).toBe('RECORD_NOT_FOUND');

    await work.done('putOnDocket', { meeting: meeting.id, case: cases[0] }, clerk);
    await time.pass(HALF_A_MINUTE);
    expect(await seen(meeting, 'education-member')).toEqual(all());
  });

  test('can be withdrawn by whoever handles it', async () => {
    const meeting = await convene(1);
    await time.pass(HALF_A_MINUTE);
    const byHandler = async () =>
      (await work.system.ask(`{ jointMeeting(id: "${meeting.id}") { id } }`, byCase(cases[1]))).body.data.jointMeeting;
    expect(await seen(meeting, 'education-member')).toEqual(all());
    expect(await byHandler()).toEqual({ id: meeting.id });
    await work.done('withdrawFromMeeting', { meeting: meeting.id, case: cases[1] }, byCase(cases[1]));
    await time.pass(HALF_A_MINUTE);
    expect(await seen(meeting, 'education-member')).toEqual([cases[0], null, children[0], null]);
    expect(await byHandler()).toBeNull();
  });

  test('stays open by another meeting', async () => {
    const [left, stays] = [await convene(1), await convene(2)];
    await work.done('takeOffDocket', { meeting: left.id, case: cases[0] }, clerk);
    expect(await seen(left, 'education-member')).toEqual([null, cases[1], null, children[1]]);
    expect(await seen(stays, 'education-member')).toEqual(all());
  });
});

describe('a meeting that is moved', () => {
  test('moves its window', async () => {
    const meeting = await convene(10);
    expect(await seen(meeting, 'education-member')).toEqual(all());
    const heldAt = time.from(40 * DAY_MILLISECONDS);
    const moved = await work.done(
      'changeMeeting',
      { meeting: meeting.id, heldAt, version: 3 },
      { ...clerk, select: 'heldAt opensAt closesAt' },
    );
    const away = (days: number) => new Date(Date.parse(heldAt) + days * DAY_MILLISECONDS).toISOString();
    expect(moved).toEqual({ heldAt, opensAt: away(-14), closesAt: away(30) });
    await time.pass(HALF_A_MINUTE);
    expect(await seen(meeting, 'education-member')).toBe(403);
    await time.passTo(new Date(moved.opensAt));
    expect(await seen(meeting, 'education-member')).toEqual(all());
    await time.passTo(new Date(Date.parse(moved.closesAt) - SECOND));
    expect(await seen(meeting, 'police-member')).toEqual(all());
  });

  test('is not moved once it was held, nor to the past', async () => {
    const meeting = await convene(1);
    const change = { meeting: meeting.id, version: 3 };
    const past = { ...change, heldAt: time.from(0) };
    expect((await work.refused('changeMeeting', past, clerk)).code).toBe('DATE_REFUSED');
    await time.pass(DAY_MILLISECONDS);
    const future = { ...change, heldAt: time.from(DAY_MILLISECONDS) };
    expect((await work.refused('changeMeeting', future, clerk)).code).toBe('NOT_IN_FORCE');
    await time.pass(31 * DAY_MILLISECONDS);
    expect((await work.refused('putOnDocket', { meeting: meeting.id, case: cases[0] }, clerk)).code).toBe(
      'NOT_IN_FORCE',
    );
  });
});

describe('a case that is closed', () => {
  test('stays open for 30 days, and opens again once it is reopened', async () => {
    const [child] = await unknownChildren(work.owner, '990101001', 1);
    const opened = await work.done(
      'openCase',
      { kind: '一般', level: 'YELLOW', children: [child], region: '990101001' },
      { ...county, select: 'id' },
    );
    const id: string = opened.id;
    await work.confirm('CASE', id, 'county-case-worker', 'town-case-worker');
    const status = async (as: string) =>
      (await work.system.ask(`{ case(id: "${id}") { id } child(id: "${child}") { id } }`, byCase(id, as))).status;
    for (const [index, step] of ['ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED', 'CLOSED'].entries()) {
      const taken = { case: id, step, note: '记录', evidence: ['结案〔2026〕1号'], version: index + 1 };
      await work.done('takeStep', taken, byCase(id));
    }
    const closesAt = time.now().getTime() + 30 * DAY_MILLISECONDS;
    await time.passTo(new Date(closesAt - 1));
    expect(await status('county-case-worker')).toBe(200);
    await time.passTo(new Date(closesAt));
    expect(await status('town-case-worker')).toBe(403);
    await time.pass(HALF_A_MINUTE);
    expect(await status('county-case-worker')).toBe(403);
    const reopening = { case: id, reason: '情况有变', version: 6 };
    await work.done('reopenCase', reopening, { as: 'supervisor', purpose: 'SUPERVISION' });
    expect(await status('county-case-worker')).toBe(200);
  });
});
