import { RequestAccesses } from '../../../../gateway/request/request-accesses';
import type { AccessOutcome } from '../../../../shared/access/accesses';

const [ANNA, BEN, CARL] = ['A', 'B', 'C'].map((letter) => letter.repeat(43)) as [string, string, string];
const children = (...ids: readonly string[]) => ids.map((id) => ({ __typename: 'Child', id }));
const look = (dataClass: string, answer: AccessOutcome, about: readonly number[] | 'all') => ({
  dataClass,
  answer,
  children: about,
});

/** As the ledger has it, by names. */
function noted(looks: RequestAccesses): Record<string, readonly string[]> {
  const { children, looks: all } = looks.summary();
  return Object.fromEntries(
    all.map(({ dataClass, answer, children: about }) => [
      `${dataClass} ${answer}`,
      about === 'all' ? children : about.map((index) => children[index] as string),
    ]),
  );
}

function found(): RequestAccesses {
  const looks = new RequestAccesses();
  const index = [look('governance-center.index', 'clear', 'all')];
  looks.told({ children: [ANNA, BEN, CARL], looks: index, places: [{ path: ['list', '@'], children: 'all' }] }, [], []);
  return looks;
}

test('an agency counts the children in the order in which it was asked about them', () => {
  const looks = found();
  const told = [look('education.schooling', 'clear', [0]), look('education.schooling', 'refused', [1, 2])];
  looks.told({ looks: told, places: [] }, children(CARL, ANNA, BEN), ['list', '@']);
  expect(noted(looks)).toEqual({
    'education.schooling clear': [CARL],
    'education.schooling refused': [ANNA, BEN],
    'governance-center.index clear': [ANNA, BEN, CARL],
  });
});

test('a report about all children of a fetch applies only to these', () => {
  const looks = found();
  looks.told({ looks: [look('education.schooling', 'clear', 'all')], places: [] }, children(BEN), ['list', '@']);
  looks.told({ looks: [look('education.schooling', 'clear', 'all')], places: [] }, children(CARL), ['other']);
  looks.told({ looks: [look('civil-affairs.welfare', 'masked', 'all')], places: [] }, children(CARL, BEN, ANNA), [
    'list',
    '@',
  ]);
  expect(noted(looks)).toEqual({
    'civil-affairs.welfare masked': [ANNA, BEN, CARL],
    'education.schooling clear': [BEN, CARL],
    'governance-center.index clear': [ANNA, BEN, CARL],
  });
});

test('a refusal is about the children at the nearest place above it, otherwise about those whom the request names', () => {
  const looks = found();
  looks.told({ children: [CARL], looks: [], places: [{ path: ['list', '@', 'friend'], children: 'all' }] }, [], []);
  looks.refusedEarly(
    [
      { dataClass: 'education.bullying', path: ['list', '@', 'friend', 'reports'] },
      { dataClass: 'civil-affairs.benefit & civil-affairs.welfare', path: ['list', '@', 'benefits'] },
      { dataClass: 'public-security.incident', path: ['nowhere', 'incidents'] },
    ],
    [BEN],
  );
  expect(noted(looks)).toEqual({
    'civil-affairs.benefit refused': [ANNA, BEN, CARL],
    'civil-affairs.welfare refused': [ANNA, BEN, CARL],
    'education.bullying refused': [CARL],
    'governance-center.index clear': [ANNA, BEN, CARL],
    'public-security.incident refused': [BEN],
  });
});
