import type { Context } from '../../../../../subgraphs/governance-center/context';
import type { DutyRow } from '../../../../../subgraphs/governance-center/duties/data';
import { type DutyAskedFor, dutyOf } from '../../../../../subgraphs/governance-center/duties/duty-of';
import { demoCaller } from '../../../../support/identity-provider';

const NOON = new Date('2026-05-17T12:00:00+08:00');

const DUTY: DutyRow = {
  duty_id: 'a duty',
  officer: 'education-officer',
  agency: 'EDUCATION',
  kind: 'WELFARE',
  region: '990101001',
  categories: ['SINGLE_PARENT'],
  valid_from: '2026-05-17',
  valid_until: '2026-06-17',
  confirmed_by: 'education-head',
  confirmed_at: NOON,
  withdrawn_by: null,
  withdrawn_at: null,
  agencies: ['education'],
};

function holds(duty: Partial<DutyRow>, asked: Partial<DutyAskedFor> = {}, now = NOON, caller = 'education-officer') {
  const rows = [{ ...DUTY, ...duty }];
  const context = {
    now,
    access: { caller: demoCaller(caller) },
    load: { dutiesOfOfficer: { load: async (sub: string) => rows.filter(({ officer }) => officer === sub) } },
  } as unknown as Context;
  return dutyOf({ kind: 'WELFARE', region: '990101001002', ...asked }, context).then((found) => found !== null);
}

test.each([
  ['on its first day', '2026-05-17T00:00:00+08:00', true],
  ['on its last day', '2026-06-17T23:59:59+08:00', true],
  ['not before', '2026-05-16T23:59:59+08:00', false],
  ['not after', '2026-06-18T00:00:00+08:00', false],
])('a duty holds %s in China', async (_, now, expected) => {
  expect(await holds({}, {}, new Date(now))).toBe(expected);
});

test.each([
  ['in its region', '990101001', true],
  ['in a village of it', '990101001003', true],
  ['for what is known by county only', '990101', true],
  ['not in another town', '990101002', false],
  ['not in another county', '990102', false],
])('a duty holds %s', async (_, region, expected) => {
  expect(await holds({}, { region })).toBe(expected);
});

test('a duty holds for its categories, and for tasks, which have none', async () => {
  expect(await holds({}, { category: 'SINGLE_PARENT' })).toBe(true);
  expect(await holds({}, { category: 'MISCONDUCT' })).toBe(false);
  expect(await holds({ categories: [] })).toBe(true);
});

test('a duty holds for its own officer, agency and kind, until it is withdrawn', async () => {
  expect(await holds({ officer: 'somebody-else' })).toBe(false);
  expect(await holds({ agency: 'CIVIL_AFFAIRS' })).toBe(false);
  expect(await holds({ kind: 'INTAKE' })).toBe(false);
  expect(await holds({ withdrawn_at: NOON, withdrawn_by: 'education-head' })).toBe(false);
});

test('an officer who has moved keeps nothing of the former region', async () => {
  expect(await holds({ region: '990102001' }, { region: '990102001' })).toBe(false);
  expect(await holds({ region: '990101' }, {}, NOON, 'education-officer')).toBe(true);
  // A town's officer with a duty in the whole county holds none.
  expect(
    await holds({ region: '990101', officer: 'education-welfare-officer' }, {}, NOON, 'education-welfare-officer'),
  ).toBe(false);
});
