import { readCases } from '../../developer-kit/cases/cases';
import { parseCatalogue } from '../../shared/access/catalogue';
import { askGateway } from '../support/cases/ask-gateway';
import { askRules } from '../support/cases/ask-rules';
import { askSubgraphs } from '../support/cases/ask-subgraphs';
import { Findings } from '../support/cases/findings';
import { situations } from '../support/cases/situations';
import { type Inquiry, Specification } from '../support/cases/specification';
import { childOfProtectedAddress, fullChild } from '../support/cases/subjects';

const specification = new Specification();
/** Only one agency's classes, if set. */
const { CASES_OF } = process.env;
const classes = specification.classes.filter((name) => CASES_OF === undefined || name.startsWith(`${CASES_OF}.`));
const everySituation = situations();

let inquiries: readonly Inquiry[];
const findingsByPlace: Findings[] = [];

beforeAll(async () => {
  const [full, ofProtectedAddress] = await Promise.all([fullChild(), childOfProtectedAddress()]);
  inquiries = [
    { child: full, situations: everySituation, classes: new Set(classes) },
    {
      child: ofProtectedAddress,
      situations: everySituation.filter(
        ({ reference }) => reference === null || reference in ofProtectedAddress.references,
      ),
      classes: new Set(classes.filter((name) => specification.entry(name)['where-protected'] !== undefined)),
    },
  ];
});

afterAll(() => {
  const [{ cells } = { cells: 0 }] = findingsByPlace;
  process.stdout.write(
    `Access cases: ${classes.length} data classes in ${everySituation.length} situations, ` +
      `${cells} cells, each looked at in ${findingsByPlace.length} places.\n`,
  );
});

describe.each([
  ['by the rules alone', askRules],
  ['by the subgraph alone', askSubgraphs],
  ['by the whole gateway', askGateway],
])('every data class is answered as its cases file specifies, %s', (_, askEverything) => {
  const findings = new Findings();
  beforeAll(async () => {
    findingsByPlace.push(findings);
    await askEverything(specification, inquiries, findings);
  });

  test.each(classes)('%s', (dataClass) => {
    expect(findings.of(dataClass)).toEqual([]);
  });

  test('checks every cell', () => {
    const probed = new Set(specification.agencies.flatMap(({ probes }) => probes.map((probe) => probe.dataClass)));
    const cells = inquiries.map(({ situations: all, classes: some }) => {
      const shown = [...some].filter((name) => askEverything === askRules || probed.has(name));
      return all.length * shown.length;
    });
    expect(findings.cells).toBe(cells.reduce((sum, count) => sum + count, 0));
  });
});

describe('a cases file is refused', () => {
  const CATALOGUE = parseCatalogue(
    'education',
    'classes: { education.some: { name: 某, grade: general, basis: test, refusal: denied } }\nplain: []',
    'catalogue.yaml',
  );
  const CASES = `education.some:
  fields: [Child.some]
  case-handling: CLEAR
  joint-meeting: DENIED
  case-conference: DENIED
  owner: CLEAR
  emergency: DENIED
  developer: DENIED
  others: DENIED
`;
  const read = (text: string) => readCases([{ path: 'access.cases.yaml', text }], CATALOGUE);

  test.each([
    ['without an entry for a class of the catalogue', '{}', 'access.cases.yaml: education.some has no entry'],
    [
      'with an entry for a class that no catalogue has',
      `${CASES}${CASES.replace('some', 'other')}`,
      'access.cases.yaml: education.other is not a data class of the catalogue',
    ],
    [
      'with another kind of refusal than the catalogue',
      CASES.replace('emergency: DENIED', 'emergency: ABSENT'),
      'access.cases.yaml: education.some has another refusal in the catalogue',
    ],
    [
      'without one of the columns',
      CASES.replace('  owner: CLEAR\n', ''),
      'access.cases.yaml: education.some.owner: Expected CLEAR, MASKED, DENIED, ABSENT, or one of them for each condition and for others',
    ],
    [
      'with an unknown column',
      CASES.replace('owner', 'owners'),
      'access.cases.yaml: education.some.owner: Expected CLEAR, MASKED, DENIED, ABSENT, or one of them for each condition and for others; education.some: Unrecognized key: "owners"',
    ],
  ])('%s', (_, yaml, message) => {
    expect(() => read(CASES)).not.toThrow();
    expect(() => read(yaml)).toThrow(message);
  });
});
