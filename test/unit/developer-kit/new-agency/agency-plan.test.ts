import { PlanFaults, planOf, type RawPlan } from '../../../../developer-kit/new-agency/agency-plan';
import { takenIn } from '../../../../developer-kit/new-agency/name-conflicts';
import { optionsOf } from '../../../../developer-kit/new-agency/options';
import { PROJECT } from '../../../../shared/config/project-root';
import { AGENCIES } from '../../../../shared/domain/agencies';

const taken = takenIn(PROJECT);

const GOOD: RawPlan = {
  agency: 'weather-bureau',
  name: '气象局',
  english: 'weather bureau',
  short: '气',
  classes: ['storm-warning:暴雨预警:sensitive:denied:某法 第一条:joint-meeting,assessment'],
  sealed: ['old-matter:旧案:某法 第三条'],
};

function faultsOf(change: Partial<RawPlan>): readonly string[] {
  try {
    planOf({ ...GOOD, ...change }, taken);
    return [];
  } catch (error) {
    if (error instanceof PlanFaults) return error.faults;
    throw error;
  }
}

test('a plan contains the options, and an order after the last agency', () => {
  expect(planOf(GOOD, taken)).toEqual({
    agency: 'weather-bureau',
    name: '气象局',
    english: 'weather bureau',
    short: '气',
    order: expect.any(Number),
    classes: [
      {
        slug: 'storm-warning',
        chinese: '暴雨预警',
        grade: 'sensitive',
        refusal: 'denied',
        basis: '某法 第一条',
        audiences: ['assessment', 'joint-meeting'],
      },
    ],
    sealed: [{ slug: 'old-matter', chinese: '旧案', basis: '某法 第三条' }],
  });
  expect(planOf(GOOD, taken).order).toBeGreaterThanOrEqual(AGENCIES.length + 1);
});

test('options are read as given', () => {
  expect(
    optionsOf(['weather-bureau', '--name', '气象局', '--class', 'a:甲', '--class', 'b:乙', '--sealed', 'c:丙']),
  ).toEqual({
    agency: 'weather-bureau',
    name: '气象局',
    english: undefined,
    short: undefined,
    classes: ['a:甲', 'b:乙'],
    sealed: ['c:丙'],
  });
  expect(() => optionsOf(['weather-bureau', '--colour', 'red'])).toThrow(/Unknown option '--colour'/);
  expect(() => optionsOf(['weather-bureau', 'another'])).toThrow('Name one agency at a time.');
});

const CLASS = (text: string) => [`storm-warning:暴雨预警:${text}`];

test.each<[string, Partial<RawPlan>, RegExp]>([
  ['no folder', { agency: undefined }, /^the name of the agency is missing/],
  ['a folder in another case', { agency: 'WeatherBureau' }, /^"WeatherBureau" must be in kebab-case/],
  ['a folder that leads out of subgraphs', { agency: '../weather' }, /^"\.\.\/weather" must be in kebab-case/],
  ['a folder that is there', { agency: 'education' }, /^subgraphs\/education already exists$/],
  ['a name that another agency has', { name: '教育' }, /^--name "教育" is another agency's$/],
  ['a name that is not Chinese', { name: 'Weather' }, /^--name "Weather": must be the Chinese name$/],
  ['a short name of two characters', { short: '气象' }, /^--short "气象": must be one Chinese character$/],
  ['no data class', { classes: [] }, /^--class is missing/],
  [
    'an unknown grade',
    { classes: CLASS('secret:denied:某法 第一条') },
    /the grade "secret" must be one of general, sensitive/,
  ],
  [
    'an unknown refusal',
    { classes: CLASS('general:no:某法 第一条') },
    /the refusal "no" must be one of denied, absent$/,
  ],
  ['no basis', { classes: CLASS('general:denied:') }, /the legal basis is missing$/],
  [
    'an unknown audience',
    { classes: CLASS('general:denied:某法 第一条:all') },
    /the audience "all" must be one of assessment/,
  ],
  ['too many parts', { classes: CLASS('general:denied:某法 第一条:assessment:more') }, /must be <name>:/],
  [
    'a text that would end another one',
    { classes: ["storm-warning:暴雨'; drop table:general:denied:某法 第一条"] },
    /the Chinese name must be plain text/,
  ],
  ['a reserved word', { classes: ['order:命令:general:denied:某法 第一条'] }, /"order" is a reserved word of SQL$/],
  [
    'a table that every agency has',
    { sealed: ['child:儿童:某法 第一条'] },
    /"child" is a table that every agency has$/,
  ],
  [
    "another agency's field",
    { classes: ['attendance:出勤:general:denied:某法 第一条'] },
    /Child\.attendance is another agency's field$/,
  ],
  ['a type that is there', { classes: ['risk-level:等级:general:denied:某法 第一条'] }, /RiskLevel is already a type$/],
  [
    'the same twice',
    { sealed: ['storm-warning:暴雨预警:某法 第一条'] },
    /^--class or --sealed names "storm-warning" more than once$/,
  ],
])('refused is %s', (_, change, fault) => {
  expect(faultsOf({})).toEqual([]);
  expect(faultsOf(change)).toEqual([expect.stringMatching(fault)]);
});

test('all faults are reported at once', () => {
  expect(faultsOf({ agency: 'X', name: undefined, short: 'x', classes: ['a'], sealed: ['b'] }).length).toBeGreaterThan(
    6,
  );
});
