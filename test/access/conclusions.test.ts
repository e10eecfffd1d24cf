import type { DataClassName } from '../../shared/access/catalogue';
import { answerTo, isAnswered, knownClasses, OFFICERS, type Officer, type Way } from '../support/answers/officers';

// What one answer lets an officer conclude about a class that is silent to them. An officer's own agency's data is no answer:
// whoever has the fact may think about it.

const classes = knownClasses();
const isKnown = (...names: readonly DataClassName[]) => names.every((name) => classes.has(name));

/** Evidence, and a fact that follows from it: where the evidence is answered, the fact is, too. */
const PAIRS: readonly (readonly [evidence: DataClassName, fact: DataClassName])[] = [
  ['public-security.incident', 'public-security.family-violence'],
  ['public-security.incident', 'procuratorate.victim-support'],
  ['justice-bureau.legal-aid', 'procuratorate.victim-support'],
  ['justice-bureau.legal-aid', 'womens-federation.safety-order'],
  ['justice-bureau.legal-aid-detail', 'procuratorate.victim-support'],
  ['procuratorate.judicial-aid', 'procuratorate.victim-support'],
  ['womens-federation.safety-order', 'public-security.family-violence'],
  ['womens-federation.family-complaint', 'public-security.family-violence'],
  ['governance-center.village-notice', 'public-security.family-violence'],
  ['governance-center.narrative', 'procuratorate.victim-support'],
  ['governance-center.narrative', 'public-security.family-violence'],
  ['governance-center.narrative', 'womens-federation.family-complaint'],
  ['governance-center.narrative', 'womens-federation.safety-order'],
  ['governance-center.narrative', 'civil-affairs.temporary-guardianship'],
  ['governance-center.visit-note', 'public-security.family-violence'],
  ['civil-affairs.visit-note', 'public-security.family-violence'],
  ['civil-affairs.placement', 'civil-affairs.temporary-guardianship'],
  ['education.wellbeing-score', 'education.wellbeing'],
  ['procuratorate.legal-document', 'womens-federation.guidance-order'],
  ['governance-center.clue-content', 'public-security.family-violence'],
  ['governance-center.case-process', 'procuratorate.victim-support'],
  ['governance-center.clue-source', 'governance-center.clue'],
];

/** Pairs that do not hold in a column, and why nothing follows there. */
const NOTHING_FOLLOWS: readonly (readonly [column: string, evidence: DataClassName, why: string])[] = [
  ['welfare', 'governance-center.visit-note', 'written for the same help, by people who know no more'],
  ['report-recipient', 'governance-center.clue-content', 'who receives the report knows what it says, by law'],
  ['joint-meeting', 'governance-center.case-process', 'those who support victims are listed for every case'],
];

const told = (column: string, [evidence, fact]: readonly string[]) => `${column}: ${evidence} tells of ${fact}`;
/** Looks at every officer; each fault once, with the officers. */
function found(look: (officer: Officer) => readonly string[]): Readonly<Record<string, readonly string[]>> {
  const officers = new Map<string, Set<string>>();
  for (const officer of OFFICERS) {
    for (const what of look(officer)) officers.set(what, (officers.get(what) ?? new Set()).add(officer.name));
  }
  return Object.fromEntries([...officers].map(([what, names]) => [what, [...names]]));
}

test('where evidence is answered, the fact is answered for the same purpose and reference', () => {
  const untold = found(({ agency, ways }) =>
    ways.flatMap((way) =>
      pairsFor(agency)
        .filter(([evidence]) => !NOTHING_FOLLOWS.some(([column, of]) => column === way.column && of === evidence))
        .filter(([evidence, fact]) => isAnswered(answerTo(way, evidence)) && answerTo(way, fact) !== 'CLEAR')
        .map((pair) => told(way.column, pair)),
    ),
  );
  expect(untold).toEqual({});
});

test('an officer who changes purposes learns nothing that all of them are silent about', () => {
  const untold = found(({ agency, ways }) =>
    pairsFor(agency)
      .filter(([evidence, fact]) => {
        const says = ways.filter((way) => isAnswered(answerTo(way, evidence)));
        const excepted = says.every(({ column }) =>
          NOTHING_FOLLOWS.some(([of, name]) => of === column && name === evidence),
        );
        return says.length > 0 && !excepted && !ways.some((way) => answerTo(way, fact) === 'CLEAR');
      })
      .map((pair) => told(ways.map(({ column }) => column).join(' and '), pair)),
  );
  expect(untold).toEqual({});
});

test('what masks hide is not told by other fields', () => {
  const faults = found(({ agency, ways }) =>
    ways.flatMap((way) => maskFaults(agency, way).map((fault) => `${way.column}: ${fault}`)),
  );
  expect(faults).toEqual({});
});

// Private:

/** Pairs of known classes whose evidence is not the officer's own agency's. */
function pairsFor(agency: string) {
  return PAIRS.filter((pair) => isKnown(...pair) && !pair[0].startsWith(`${agency}.`));
}

function maskFaults(agency: string, way: Way): readonly string[] {
  const answer = (name: DataClassName, maskable = true) => (isKnown(name) ? answerTo(way, name, maskable) : 'ABSENT');
  const faults: string[] = [];
  const identifier = answer('public-security.identifier');
  const birthDate = answer('public-security.birth-date');
  if (answer('public-security.identity') === 'MASKED') {
    for (const name of [
      'governance-center.place',
      'public-security.address',
      'public-security.members',
      'education.school-place',
    ]) {
      if (!name.startsWith(`${agency}.`) && isAnswered(answer(name))) faults.push(`a masked name beside ${name}`);
    }
    for (const name of ['public-security.age', 'public-security.birth-date']) {
      if (answer(name) === 'CLEAR') faults.push(`a masked name beside ${name}`);
    }
  }
  if (identifier === 'MASKED' && birthDate === 'CLEAR') faults.push('a masked number beside the birth date');
  const studentNumber = answer('education.identifier');
  if (agency !== 'education' && agency !== 'public-security' && studentNumber !== identifier) {
    faults.push(`a student number ${studentNumber} beside a number ${identifier}`);
  }
  if (answer('public-security.address') === 'MASKED') {
    if (isAnswered(answer('governance-center.place'))) faults.push('a masked address beside the place');
    if (isAnswered(answer('public-security.address', false)))
      faults.push('a masked address beside a field without mask');
  }
  return faults;
}
