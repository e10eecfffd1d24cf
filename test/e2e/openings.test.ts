import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { todayInChina } from '../../shared/domain/dates';
import { dutyId } from '../../subgraphs/governance-center/duties/seed';
import {
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { STORY, TEST_DISTRICT } from '../support/databases';
import type { AskOptions } from '../support/system';

// 每日计数, 未成年人网络保护条例 art. 36: an officer opens so many children a day; a responsible person releases more.

const VISITS = 3;
const ASSESSMENTS = 2;
const RELEASED = 4;
const LOOKUPS = 11;
const MISSES = 4;

let time: PassingTime;
let directory: string;
let work: CaseWork;
let children: readonly string[];
/** A child of the village whom nobody visits yet. */
let spare: string;
beforeAll(async () => {
  time = passingTime();
  directory = await mkdtemp(join(tmpdir(), 'openings-'));
  const file = join(directory, 'practices.yaml');
  const practices = await readFile(join(PROJECT, 'subgraphs/governance-center/procedures/practices.yaml'), 'utf8');
  const openings = (mode: string) => `    openings:
      mode: ${mode}
      assessments: { perDay: ${ASSESSMENTS}, lasts: 7d }
      visits: { perDay: ${VISITS}, listed: 14d, after: 7d, most: 400 }
      welfare: { perDay: 40 }
      recipients: { perDay: 30 }
      release: { atMost: ${RELEASED}, until: endOfDay }
    lookups: { perDay: ${LOOKUPS}, misses: ${MISSES} }
`;
  const entry = (region: string, mode: string) => `
  - id: ${region}/2020-1
    region: '${region}'
    from: 2020-01-01
    basedOn: 99/2020-1
${openings(mode)}`;
  await writeFile(file, `${practices}${entry('990101', 'enforce')}${entry('990101001002', 'report')}`);
  work = await startCaseWork('openings', time.clock, {
    PRACTICES_FILE: file,
    CALLER_LOOKUPS_PER_DAY: '10',
    CALLER_MISSED_LOOKUPS_PER_DAY: '3',
  });
  const [last = '', ...moved] = await unknownChildren(work.owner, '990101001', VISITS + RELEASED + 8);
  spare = last;
  await moveTo('990101001001', [spare]);
  await visitIn('990101001002', moved.slice(0, VISITS + 2));
  await visitIn('990101001001', moved.slice(VISITS + 2));
  children = await listOf('child-director');
  expect(children.length).toBeGreaterThan(VISITS + RELEASED);
});
afterAll(async () => {
  await work.close();
  await rm(directory, { recursive: true });
  time.restore();
});
// Each test has a day of its own.
beforeEach(() => time.pass(DAY_MILLISECONDS));

const moveTo = (region: string, ids: readonly string[]) =>
  work.owner('base.child').whereIn('child_id', ids).update({ region });

/** Has the village visit these children, who live there by now. */
async function visitIn(region: string, ids: readonly string[]): Promise<void> {
  await moveTo(region, ids);
  await work.owner('base.protection_assignment').insert(
    ids.map((child_id) => ({
      child_id,
      category: 'ORPHAN_OR_HARDSHIP',
      lead_agency: 'CIVIL_AFFAIRS',
      since: '2026-01-02',
      next_visit_due: todayInChina(time.now().getTime()),
    })),
  );
}

const visiting = (as = 'child-director'): AskOptions => ({
  as,
  purpose: 'VISIT',
  reference: `visits/${dutyId(TEST_DISTRICT, 'VISITS', as)}`,
});
const onDuty = (as: string): AskOptions => ({ as, purpose: 'OWN_DUTY' });
const head = onDuty('town-protection-head');

async function listOf(as: string): Promise<readonly string[]> {
  const { body } = await work.system.ask('{ children(first: 200) { nodes { id } } }', visiting(as));
  return body.data.children.nodes.map(({ id }: { id: string }) => id);
}
const see = (child: string | undefined, as = 'child-director') =>
  work.system.ask(`{ child(id: "${child}") { id identity { fullName } } }`, visiting(as));
async function statusesOf(all: readonly (string | undefined)[], as?: string): Promise<readonly number[]> {
  const statuses: number[] = [];
  for (const child of all) statuses.push((await see(child, as)).status);
  return statuses;
}
const countedToday = async (officer = 'child-director') =>
  work.owner('base.opening').where({ officer, day: todayInChina(time.now().getTime()) });

describe('the children shown on visits', () => {
  test('are counted once a day each, up to the number; of one more, nothing leaves', async () => {
    const [first, second, third, fourth] = children;
    expect(await statusesOf([first, second, first, third])).toEqual([200, 200, 200, 200]);
    const refused = await see(fourth);
    expect(refused.status).toBe(403);
    expect(refused.body).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'OPENINGS_USED_UP', limit: VISITS } }],
    });
    expect(await statusesOf([first, third])).toEqual([200, 200]);
    expect(await countedToday()).toHaveLength(VISITS);
    expect((await countedToday())[0]).toMatchObject({
      agency: 'CIVIL_AFFAIRS',
      purpose: 'VISIT',
      reference: visiting().reference,
    });
    await time.pass(DAY_MILLISECONDS);
    expect(await statusesOf([fourth])).toEqual([200]);
  });

  test('are counted together: a page with more opens none, and counts none', async () => {
    const page = (first: number) =>
      `{ children(first: ${first}) { nodes { id risk { level } identity { fullName } } } }`;
    const refused = await work.system.ask(page(VISITS + 1), visiting());
    expect([refused.status, refused.body.data]).toEqual([403, undefined]);
    expect(await countedToday()).toEqual([]);
    expect((await work.system.ask(page(VISITS), visiting())).status).toBe(200);
    expect(await countedToday()).toHaveLength(VISITS);
  });

  test('are not counted by the list of whom to visit, when, and how old', async () => {
    const list = `{ children(first: 200) { totalCount nodes { id region { code } identity { ageBand sex } } }
      dueItems(first: 200) { nodes { kind dueAt child { id } } } }`;
    const { status, body } = await work.system.ask(list, visiting());
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(await countedToday()).toEqual([]);
  });

  test('are not exceeded by simultaneous requests', async () => {
    const replies = await Promise.all(children.slice(0, VISITS + 3).map((child) => see(child)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([...Array(VISITS).fill(200), 403, 403, 403]);
    expect(await countedToday()).toHaveLength(VISITS);
  });

  test('count for one officer: a case worker with the same list has a number of their own', async () => {
    await statusesOf(children.slice(0, VISITS));
    expect(await statusesOf(children.slice(VISITS, VISITS + 1), 'town-case-worker')).toEqual([200]);
  });

  test('beyond the number are answered if a mutation has acted on them, and counted', async () => {
    const child = spare;
    await work.owner('base.risk_assessment').insert({
      child_id: child,
      level: 'YELLOW',
      basis: ['综合研判'],
      assessed_at: time.now(),
      next_visit_due: todayInChina(time.now().getTime()),
      in_force: true,
      assessment_key: randomUUID(),
    });
    await time.pass(HALF_A_MINUTE);
    await statusesOf(children.slice(0, VISITS));
    await work.done('recordVisit', { child, visitedAt: time.now().toISOString() }, { ...visiting(), select: 'level' });
    expect(await countedToday()).toHaveLength(VISITS + 1);
  });

  test('are counted and not limited where the practice says report', async () => {
    const all = await listOf('second-child-director');
    const more = all.slice(0, VISITS + 1);
    expect(more).toHaveLength(VISITS + 1);
    expect(new Set(await statusesOf(more, 'second-child-director'))).toEqual(new Set([200]));
    expect(await countedToday('second-child-director')).toHaveLength(VISITS + 1);
  });

  test('without a reference are not counted', async () => {
    await work.system.ask(`{ child(id: "${children[0]}") { identity { fullName } } }`, {
      as: 'child-director',
      purpose: 'VISIT',
    });
    expect(await countedToday()).toEqual([]);
  });
});

describe('a release', () => {
  const request = (more: Record<string, unknown> = {}, as = 'child-director') =>
    work.done(
      'requestRelease',
      { purpose: 'VISIT', number: 2, ground: '集中走访，今日须完成', ...more },
      { ...onDuty(as), select: 'id' },
    );
  const release = (id: string, more: Record<string, unknown> = {}) =>
    work.done('releaseOpenings', { request: id, ...more }, { ...head, select: ALL });
  const ALL = 'id officer agency purpose number ground day released releasedBy releasedAt';
  const waiting = async () => {
    const query = '{ confirmationsWaiting(filter: { kinds: [RELEASE] }) { nodes { kind referenceId label officer } } }';
    return (await work.system.ask(query, head)).body.data.confirmationsWaiting.nodes;
  };
  const refusal = async (id: string, options = head, more: object = {}) => {
    const { code, extensions } = await work.refused('releaseOpenings', { request: id, ...more }, options);
    return [code, extensions.limit].filter((one) => one !== undefined);
  };

  test('is asked for by the officer, and granted for the rest of the day by a head of the own agency', async () => {
    await statusesOf(children.slice(0, VISITS));
    const { id } = await request();
    const list = async (options: AskOptions) =>
      (await work.system.ask(`{ releaseRequests(filter: { pending: true }) { nodes { ${ALL} } } }`, options)).body.data
        .releaseRequests.nodes;
    const pending = {
      id,
      officer: 'child-director',
      agency: 'CIVIL_AFFAIRS',
      purpose: 'VISIT',
      number: 2,
      ground: '集中走访，今日须完成',
      day: todayInChina(time.now().getTime()),
      released: null,
      releasedBy: null,
      releasedAt: null,
    };
    expect(await list(head)).toEqual([pending]);
    expect(await waiting()).toEqual([
      { kind: 'RELEASE', referenceId: id, label: '放行申请 走访 2', officer: 'child-director' },
    ]);
    expect(await list({ as: 'auditor', purpose: 'ACCESS_AUDIT' })).toEqual([pending]);
    expect(await list(onDuty('centre-head'))).toEqual([]);
    expect(await statusesOf([children[VISITS]])).toEqual([403]);
    expect(await release(id)).toMatchObject({ released: 2, releasedBy: 'town-protection-head' });
    expect(await waiting()).toEqual([]);
    expect(await list(head)).toEqual([]);
    expect(await statusesOf(children.slice(VISITS, VISITS + 3))).toEqual([200, 200, 403]);
    expect((await see(children[VISITS + 3])).body.errors[0].extensions.limit).toBe(VISITS + 2);
    await time.pass(DAY_MILLISECONDS);
    expect(await statusesOf(children.slice(0, VISITS + 1))).toEqual([200, 200, 200, 403]);
  });

  test('is at most what the practice allows for one day, in all', async () => {
    const [one, other] = [await request({ number: 50 }), await request()];
    expect(await refusal(one.id)).toEqual(['RELEASE_TOO_LARGE', RELEASED]);
    await release(one.id, { number: RELEASED - 1 });
    expect(await refusal(other.id)).toEqual(['RELEASE_TOO_LARGE', 1]);
    expect(await release(other.id, { number: 1 })).toMatchObject({ released: 1 });
  });

  test('is given once, on its day, and not by the officer, others’ heads or anybody else', async () => {
    const { id } = await request();
    const before = await work.contents();
    for (const as of ['centre-head', 'education-head']) {
      expect(await refusal(id, onDuty(as))).toEqual(['RECORD_NOT_FOUND']);
      expect(await refusal(randomUUID(), onDuty(as))).toEqual(['RECORD_NOT_FOUND']);
    }
    for (const as of ['child-director', 'civil-affairs-officer', 'supervisor']) {
      expect(await refusal(id, onDuty(as))).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    }
    expect(await work.contents()).toEqual(before);
    await release(id);
    expect(await refusal(id)).toEqual(['ALREADY_SETTLED']);
    const late = await request();
    expect(await waiting()).toHaveLength(1);
    await time.pass(DAY_MILLISECONDS);
    expect(await waiting()).toEqual([]);
    expect(await refusal(late.id)).toEqual(['NOT_IN_FORCE']);
  });

  test('of assessments lets more be opened', async () => {
    const assessing: AskOptions = { as: 'town-case-worker', purpose: 'RISK_ASSESSMENT' };
    const input = (child: string | undefined) => ({ child, ground: 'OBSERVED', note: '网格员反映' });
    for (const child of children.slice(0, ASSESSMENTS)) await work.done('openAssessment', input(child), assessing);
    const another = input(children[ASSESSMENTS]);
    expect((await work.refused('openAssessment', another, assessing)).code).toBe('OPENINGS_USED_UP');
    const { id } = await request({ purpose: 'RISK_ASSESSMENT', number: 1 }, 'town-case-worker');
    await work.done('releaseOpenings', { request: id }, onDuty('centre-head'));
    await work.done('openAssessment', another, assessing);
    expect((await work.refused('openAssessment', input(children[ASSESSMENTS + 1]), assessing)).code).toBe(
      'OPENINGS_USED_UP',
    );
  });
});

describe('lookups by ID number', () => {
  const find = async (number: string, as = 'civil-affairs-officer') => {
    const { status, body } = await work.system.ask('query ($n: String!) { childByIdNumber(idNumber: $n) { id } }', {
      ...onDuty(as),
      variables: { n: number },
    });
    const [error] = body.errors ?? [];
    return error === undefined ? status : [status, error.extensions.code, error.extensions.limit];
  };
  const times = async (count: number, number: string) => {
    const seen: unknown[] = [];
    for (let index = 0; index < count; index += 1) seen.push(await find(number));
    return seen;
  };
  const releaseLookups = async (number: number) => {
    const input = { purpose: 'LOOKUP', number, ground: '核对入学名册' };
    const { id } = await work.done('requestRelease', input, { ...onDuty('civil-affairs-officer'), select: 'id' });
    await work.done('releaseOpenings', { request: id }, onDuty('civil-affairs-head'));
  };

  test('that found nobody are limited by the practice, more are released, and the next day begins anew', async () => {
    expect(await times(MISSES + 1, STORY.nobody)).toEqual([...Array(MISSES).fill(200), [403, 'LOOKUP_LIMIT', MISSES]]);
    // Each lookup could be another miss.
    expect(await find(STORY.leftBehind)).toEqual([403, 'LOOKUP_LIMIT', MISSES]);
    await releaseLookups(2);
    expect(await times(3, STORY.nobody)).toEqual([200, 200, [403, 'LOOKUP_LIMIT', MISSES + 2]]);
    await time.pass(DAY_MILLISECONDS);
    expect(await times(MISSES + 1, STORY.nobody)).toEqual([...Array(MISSES).fill(200), [403, 'LOOKUP_LIMIT', MISSES]]);
  });

  test('that found children have a number of their own', async () => {
    expect(await times(LOOKUPS + 1, STORY.leftBehind)).toEqual([
      ...Array(LOOKUPS).fill(200),
      [403, 'LOOKUP_LIMIT', LOOKUPS],
    ]);
    await releaseLookups(1);
    expect(await times(2, STORY.leftBehind)).toEqual([200, [403, 'LOOKUP_LIMIT', LOOKUPS + 1]]);
    expect(await find(STORY.leftBehind, 'education-officer')).toBe(200);
  });
});

test('the day’s digest has what each officer opened and had released, beside what was allowed', async () => {
  await statusesOf(children.slice(0, VISITS));
  const assessing: AskOptions = { as: 'town-case-worker', purpose: 'RISK_ASSESSMENT' };
  await work.done('openAssessment', { child: children[0], ground: 'DUE', note: '到期复核' }, assessing);
  const input = { purpose: 'VISIT', number: 2, ground: '集中走访，今日须完成' };
  const { id } = await work.done('requestRelease', input, { ...onDuty('child-director'), select: 'id' });
  await work.done('releaseOpenings', { request: id }, head);
  const day = todayInChina(time.now().getTime());
  const { body } = await work.system.ask(
    `{ accessDigest(day: "${day}", region: "990101001") { counts { caller agency purpose number missed allowed released } } }`,
    { as: 'auditor', purpose: 'ACCESS_AUDIT' },
  );
  expect(body.data.accessDigest.counts).toEqual([
    {
      caller: 'child-director',
      agency: 'CIVIL_AFFAIRS',
      purpose: 'VISIT',
      number: VISITS,
      missed: null,
      allowed: VISITS + 2,
      released: 2,
    },
    {
      caller: 'town-case-worker',
      agency: 'GOVERNANCE_CENTER',
      purpose: 'RISK_ASSESSMENT',
      number: 1,
      missed: null,
      allowed: ASSESSMENTS,
      released: 0,
    },
  ]);
});

test('openings, requests and releases are not changed or deleted, even by the owner of the tables', async () => {
  for (const table of ['opening', 'release_request', 'release']) {
    expect(await work.owner(`base.${table}`)).not.toEqual([]);
    await expect(work.owner(`base.${table}`).update({ officer: 'another' })).rejects.toThrow('append-only');
    await expect(work.owner(`base.${table}`).delete()).rejects.toThrow('append-only');
  }
});
