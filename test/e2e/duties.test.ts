import { randomUUID } from 'node:crypto';
import { addDays, addMonths, todayInChina } from '../../shared/domain/dates';
import {
  type CaseWork,
  DAY_MILLISECONDS,
  operation,
  type PassingTime,
  passingTime,
  startCaseWork,
} from '../support/case-work';
import { demoCaller } from '../support/identity-provider';
import type { AskOptions } from '../support/system';

// 岗位授权, 未成年人网络保护条例 art. 36: a responsible person of an officer's own agency confirms the officer's standing duties.

const TOWN = '990101001';
const VILLAGE = '990101001001';
const DENIED = 'UNAUTHORIZED_FIELD_OR_TYPE';

let time: PassingTime;
let work: CaseWork;
beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('duties', time.clock);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

const onDuty = (as: string): AskOptions => ({ as, purpose: 'OWN_DUTY' });
const centreHead = onDuty('centre-head');
const today = () => todayInChina(time.now().getTime());
const ALL =
  'id officer agency kind region { code } categories from until inForce confirmedBy confirmedAt withdrawnBy withdrawnAt';

/** A new officer's duty of assessment in the town, from today for half a year. */
const duty = (more: Record<string, unknown> = {}) => ({
  officer: `officer-${randomUUID()}`,
  kind: 'ASSESSMENT',
  region: TOWN,
  from: today(),
  until: addMonths(today(), 6),
  ...more,
});

const confirm = (input: object, options: AskOptions = centreHead) =>
  work.done('confirmDuty', { ...input }, { ...options, select: ALL });

describe('an agency’s head confirms', () => {
  test('a duty of an officer of the own agency, by name, day and region', async () => {
    const input = duty();
    expect(await confirm(input)).toEqual({
      id: expect.any(String),
      officer: input.officer,
      agency: 'GOVERNANCE_CENTER',
      kind: 'ASSESSMENT',
      region: { code: TOWN },
      categories: [],
      from: input.from,
      until: input.until,
      inForce: true,
      confirmedBy: 'centre-head',
      confirmedAt: time.now().toISOString(),
      withdrawnBy: null,
      withdrawnAt: null,
    });
  });

  test('a duty of welfare with the categories that it covers', async () => {
    const categories = ['SINGLE_PARENT', 'OUT_OF_SCHOOL_UNEMPLOYED', 'SINGLE_PARENT'];
    const confirmed = await confirm(duty({ kind: 'WELFARE', categories }), onDuty('education-head'));
    expect(confirmed).toMatchObject({
      agency: 'EDUCATION',
      categories: ['OUT_OF_SCHOOL_UNEMPLOYED', 'SINGLE_PARENT'],
    });
  });

  test('a child director’s visits, at civil affairs of town or county', async () => {
    for (const head of ['civil-affairs-head', 'town-protection-head']) {
      const confirmed = await confirm(duty({ kind: 'VISITS', region: VILLAGE }), onDuty(head));
      expect(confirmed).toMatchObject({ agency: 'CIVIL_AFFAIRS', confirmedBy: head });
    }
  });

  test('the same duty once: again, at once and with one key', async () => {
    const input = duty({ kind: 'WELFARE', categories: ['MISCONDUCT', 'SINGLE_PARENT'] });
    const key = randomUUID();
    const replies = await Promise.all([
      ...Array.from({ length: 4 }, () => work.act('confirmDuty', input, { ...centreHead, select: ALL })),
      ...Array.from({ length: 4 }, () =>
        work.act('confirmDuty', { ...input, idempotencyKey: key }, { ...centreHead, select: ALL }),
      ),
    ]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(await work.owner('base.duty').where({ officer: input.officer })).toHaveLength(1);
  });

  test('a duty that begins when the present one ends', async () => {
    const later = await confirm(duty({ from: addDays(today(), 30), until: addDays(today(), 60) }));
    expect(later.inForce).toBe(false);
  });
});

describe('no duty is confirmed', () => {
  const codes = async (cases: readonly (readonly [object, string, string?])[]) => {
    const before = await work.contents();
    for (const [more, code, argument] of cases) {
      const refused = await work.refused('confirmDuty', duty({ ...more }), centreHead);
      expect([more, refused.code, refused.extensions.argument]).toEqual([more, code, argument]);
    }
    expect(await work.contents()).toEqual(before);
  };

  test('for longer than the practice in force allows, or for days that have passed or are far away', async () => {
    await confirm(duty({ until: addMonths(today(), 12) }));
    await codes([
      [{ until: addDays(addMonths(today(), 12), 1) }, 'DUTY_TOO_LONG', 'input.until'],
      [{ from: addDays(today(), -1) }, 'DATE_REFUSED', 'input.from'],
      [{ from: addDays(today(), 31) }, 'DATE_REFUSED', 'input.from'],
      [{ until: addDays(today(), -1) }, 'DATE_REFUSED', 'input.until'],
    ]);
  });

  test('with categories of another kind, without an officer, or in a region that does not exist', async () => {
    await codes([
      [{ categories: ['SINGLE_PARENT'] }, 'BAD_USER_INPUT', 'input.categories'],
      [{ officer: ' ' }, 'TEXT_REFUSED', 'input.officer'],
      [{ region: '990101999' }, 'CODE_UNKNOWN', 'input.region'],
    ]);
  });

  test('by another county’s head, by the head of a town for the county, in another role or for another purpose', async () => {
    const before = await work.contents();
    const attempts: [AskOptions, object?][] = [
      [onDuty('neighbour-centre-head')],
      [onDuty('town-protection-head'), { region: '990101' }],
      [onDuty('town-protection-head'), { region: '990101002' }],
      [onDuty('county-case-worker')],
      [onDuty('centre-officer')],
      [onDuty('supervisor')],
      [{ as: 'auditor', purpose: 'ACCESS_AUDIT' }],
      [{ as: 'centre-head', purpose: 'RISK_ASSESSMENT' }],
    ];
    for (const [options, more = {}] of attempts) {
      const { code } = await work.refused('confirmDuty', duty({ ...more }), options);
      expect([options, more, code]).toEqual([options, more, DENIED]);
    }
    expect(await work.contents()).toEqual(before);
  });

  test('by the officer, however the name is written', async () => {
    const both = { ...demoCaller('county-case-worker'), roles: ['case-worker', 'responsible-person'] };
    const before = await work.contents();
    for (const officer of ['county-case-worker', ' county-case-worker\n']) {
      const { body } = await work.system.post(
        JSON.stringify({
          query: operation('confirmDuty'),
          variables: { input: { ...duty({ officer }), idempotencyKey: randomUUID() } },
        }),
        { authorization: `Bearer ${work.system.identityProvider.token(both)}`, 'access-purpose': 'OWN_DUTY' },
      );
      expect(body.errors[0].extensions).toEqual({ code: 'SELF_CONFIRMATION', argument: 'input.officer' });
    }
    expect(await work.contents()).toEqual(before);
  });
});

describe('a confirmed duty', () => {
  test('is withdrawn once, by a head of the own agency and region', async () => {
    const { id } = await confirm(duty());
    const before = await work.contents();
    for (const head of ['education-head', 'neighbour-centre-head']) {
      const refused = await work.refused('withdrawDuty', { duty: id }, onDuty(head));
      const unknown = await work.refused('withdrawDuty', { duty: randomUUID() }, onDuty(head));
      expect(refused).toEqual(unknown);
      expect(refused.code).toBe('RECORD_NOT_FOUND');
    }
    expect(await work.contents()).toEqual(before);
    const withdrawn = await work.done('withdrawDuty', { duty: id }, { ...centreHead, select: ALL });
    expect(withdrawn).toMatchObject({
      inForce: false,
      withdrawnBy: 'centre-head',
      withdrawnAt: time.now().toISOString(),
    });
    expect((await work.refused('withdrawDuty', { duty: id }, centreHead)).code).toBe('ALREADY_SETTLED');
  });

  test('is not changed or deleted, even by the owner of the tables', async () => {
    const { id } = await confirm(duty());
    const row = () => work.owner('base.duty').where({ duty_id: id });
    await expect(row().update({ valid_until: '2099-01-01' })).rejects.toThrow('append-only');
    await expect(row().delete()).rejects.toThrow('append-only');
    await row().update({ withdrawn_by: 'somebody', withdrawn_at: time.now() });
    await expect(row().update({ withdrawn_by: null, withdrawn_at: null })).rejects.toThrow('append-only');
  });
});

describe('the list of duties', () => {
  const LIST = `query ($filter: DutyFilter, $first: Int, $after: String) {
    duties(filter: $filter, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { ${ALL} }
    }
  }`;
  const list = async (options: AskOptions, variables: Record<string, unknown> = {}) =>
    (await work.system.ask(LIST, { ...options, variables })).body.data.duties;
  const officersIn = async (options: AskOptions, filter: object): Promise<string[]> =>
    (await list(options, { filter })).nodes.map(({ officer }: { officer: string }) => officer).toSorted();

  test('has the agency’s own for its head, every agency’s for auditors, and nobody else sees it', async () => {
    const { officer } = await confirm(duty({ kind: 'VISITS', region: VILLAGE }), onDuty('civil-affairs-head'));
    const auditor = { as: 'auditor', purpose: 'ACCESS_AUDIT' };
    for (const reader of [onDuty('civil-affairs-head'), onDuty('town-protection-head'), auditor]) {
      expect(await officersIn(reader, { officer })).toEqual([officer]);
    }
    for (const head of ['centre-head', 'education-head', 'neighbour-centre-head']) {
      expect(await list(onDuty(head), { filter: { officer } })).toMatchObject({ totalCount: 0, nodes: [] });
    }
    for (const other of ['child-director', 'civil-affairs-officer', 'supervisor', 'meeting-clerk']) {
      const { body } = await work.system.ask('{ duties { totalCount } }', onDuty(other));
      expect(body.errors[0].extensions.code).toBe(DENIED);
    }
  });

  test('tells those in force from those that have ended, with the day in China', async () => {
    const filter = { kind: 'INTAKE', region: VILLAGE };
    const input = duty({ ...filter, until: addDays(today(), 2) });
    const { id } = await confirm(duty(filter));
    await work.done('withdrawDuty', { duty: id }, centreHead);
    await confirm(input);
    expect(await officersIn(centreHead, { ...filter, inForce: true })).toEqual([input.officer]);
    expect(await list(centreHead, { filter: { ...filter, inForce: false } })).toMatchObject({ totalCount: 1 });
    await time.passTo(new Date(`${input.until}T23:59:59+08:00`));
    expect(await officersIn(centreHead, { ...filter, inForce: true })).toEqual([input.officer]);
    await time.pass(2_000);
    expect(await officersIn(centreHead, { ...filter, inForce: true })).toEqual([]);
    expect(await list(centreHead, { filter: { ...filter, inForce: false } })).toMatchObject({ totalCount: 2 });
  });

  test('is paged, latest first', async () => {
    const officers: string[] = [];
    for (let round = 0; round < 3; round++) {
      await time.pass(1_000);
      officers.unshift((await confirm(duty({ region: '990101003' }), onDuty('womens-federation-head'))).officer);
    }
    const filter = { region: '990101003' };
    const head = onDuty('womens-federation-head');
    const page = await list(head, { filter, first: 2 });
    expect(page).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const rest = await list(head, { filter, first: 2, after: page.pageInfo.endCursor });
    expect([...page.nodes, ...rest.nodes].map(({ officer }) => officer)).toEqual(officers);
  });

  test('has the duties of the demo callers, of which one has ended', async () => {
    await time.pass(-3 * DAY_MILLISECONDS);
    const auditor = { as: 'auditor', purpose: 'ACCESS_AUDIT' };
    const seeded = await work.owner('base.duty').whereIn('officer', ['justice-bureau-officer', 'child-director']);
    expect(seeded).toHaveLength(2);
    expect(await officersIn(auditor, { officer: 'child-director', inForce: true })).toEqual(['child-director']);
    expect(await officersIn(auditor, { officer: 'justice-bureau-officer', inForce: false })).toEqual([
      'justice-bureau-officer',
    ]);
    expect(await officersIn(auditor, { officer: 'second-education-officer' })).toEqual([]);
  });
});

test('a duty waits for the head in its last 30 days, until the next one is confirmed, it is withdrawn, or it ends', async () => {
  const waiting = async (options = centreHead) => {
    const query = '{ confirmationsWaiting(filter: { kinds: [DUTY] }) { nodes { referenceId label officer dueAt } } }';
    return (await work.system.ask(query, options)).body.data.confirmationsWaiting.nodes;
  };
  const [one, other] = [duty(), duty()];
  const confirmed = await confirm(one);
  const { id } = await confirm(other);
  const ids = async () => (await waiting()).map(({ referenceId }: { referenceId: string }) => referenceId);
  for (const early of [confirmed.id, id]) expect(await ids()).not.toContain(early);
  await time.passTo(new Date(`${addDays(one.until, -20)}T10:00:00+08:00`));
  const waits = (referenceId: string, officer: string) => ({
    referenceId,
    label: `岗位授权 研判 ${TOWN}`,
    officer,
    dueAt: new Date(`${addDays(one.until, 1)}T00:00:00+08:00`).toISOString(),
  });
  expect(await waiting()).toEqual(expect.arrayContaining([waits(confirmed.id, one.officer), waits(id, other.officer)]));
  expect(await waiting(onDuty('education-head'))).not.toContainEqual(waits(id, other.officer));

  await confirm({ ...one, from: addDays(one.until, 1), until: addMonths(one.until, 6) });
  expect(await waiting()).not.toContainEqual(waits(confirmed.id, one.officer));
  expect(await waiting()).toContainEqual(waits(id, other.officer));
  await work.done('withdrawDuty', { duty: id }, centreHead);
  expect(await waiting()).not.toContainEqual(waits(id, other.officer));

  const last = await confirm(duty({ until: addDays(today(), 5) }));
  expect(await ids()).toContain(last.id);
  await time.pass(7 * DAY_MILLISECONDS);
  expect(await ids()).not.toContain(last.id);
});
