import { agencyFiles } from '../../../../developer-kit/new-agency/agency-files';
import type { AgencyPlan, PlannedClass } from '../../../../developer-kit/new-agency/agency-plan';

const aClass = (slug: string, refusal: PlannedClass['refusal']): PlannedClass => ({
  slug,
  chinese: `${slug}的中文名`,
  grade: 'sensitive',
  refusal,
  basis: '某法 第一条',
  audiences: ['assessment'],
});

const plan = (classes: readonly PlannedClass[], sealed: AgencyPlan['sealed']): AgencyPlan => ({
  agency: 'weather-bureau',
  name: '气象局',
  english: 'weather bureau',
  short: '气',
  order: 8,
  classes,
  sealed,
});

const SEALED = { slug: 'old-matter', chinese: '旧案', basis: '某法 第三条' };
const PLANS: readonly (readonly [string, AgencyPlan])[] = [
  ['one visible class', plan([aClass('storm-warning', 'denied')], [])],
  ['one silent class', plan([aClass('shelter-note', 'absent')], [])],
  ['sealed data', plan([aClass('storm-warning', 'denied')], [SEALED])],
  ['everything', plan([aClass('storm-warning', 'denied'), aClass('shelter-note', 'absent')], [SEALED])],
];

test.each(PLANS)('an agency with %s has nothing of the template left', (_, one) => {
  for (const [path, text] of agencyFiles(one)) {
    expect([path, /sample|示例|样|'education'|^\s*(?:\/\/|#|--) (?:each|if|end)\b/im.exec(text)?.[0]]).toEqual([
      path,
      undefined,
    ]);
  }
});

test('blocks are repeated for each data class, and facts exist only for silent classes and sealed data', () => {
  const [visible, silent, sealed, everything] = PLANS.map(([, one]) => agencyFiles(one));
  expect(everything?.get('schema.graphql')?.match(/^type (?!Child)\w+/gm)).toEqual([
    'type StormWarning',
    'type ShelterNote',
  ]);
  expect(
    everything
      ?.get('migrations/0001-base.sql')
      ?.match(/^create table base\.\w+/gm)
      ?.slice(-3),
  ).toEqual(['create table base.storm_warning', 'create table base.shelter_note', 'create table base.old_matter']);
  expect(visible?.has('test/facts.yaml')).toBe(false);
  expect(silent?.get('test/facts.yaml')).toMatch(/^silent:$/m);
  expect(silent?.get('test/facts.yaml')).not.toMatch(/^sealed:$/m);
  expect(sealed?.get('test/facts.yaml')).toMatch(/^sealed:$/m);
  expect(sealed?.get('seed.ts')).toContain('{ index, events }');
  expect(visible?.get('seed.ts')).toContain('{ index }');
});
