import { additions } from '../../../../developer-kit/check/rules/additions';
import { plainFields } from '../../../../developer-kit/check/rules/plain-fields';
import { understood } from '../../../../developer-kit/check/rules/readable';
import { checkedBy, type Edit } from '../../../support/proposals';

const checked = (...edits: readonly Edit[]) => checkedBy([understood, plainFields, additions], ...edits);

const EDUCATION = 'subgraphs/education';
const SCHEMA = `${EDUCATION}/schema.graphql`;
const CATALOGUE = `${EDUCATION}/catalogue.yaml`;
const POLICE_SCHEMA = 'subgraphs/public-security/schema.graphql';
const POLICE_CATALOGUE = 'subgraphs/public-security/catalogue.yaml';

const NUMBER = {
  file: SCHEMA,
  from: '  "Whether the pupil boards',
  to: '  "The number on the card (卡号)."\n  cardNumber: String\n  "Whether the pupil boards',
};

test('a new field without a label is an opening to everybody, with its reason', () => {
  const change = checked(NUMBER, {
    file: CATALOGUE,
    from: 'plain: {}',
    to: 'plain:\n  校园卡无个人信息: [Enrolment.cardNumber]',
  });
  expect(change.lines).toContain(
    'opening plain: Enrolment.cardNumber has no label and is answered to everybody: 校园卡无个人信息 ' +
      `(${change.at(SCHEMA, 'cardNumber')}, ${change.at(CATALOGUE, '[Enrolment.cardNumber]')})`,
  );
});

test('a name without a reason is refused', () => {
  const change = checked(NUMBER, { file: CATALOGUE, from: 'plain: {}', to: 'plain:\n  - Enrolment.cardNumber' });
  expect(change.lines).toContain(
    `error plain: Enrolment.cardNumber has no label, and no reason in the catalogue (${change.at(CATALOGUE, '- Enrolment.cardNumber')})`,
  );
});

test('a new field of a type without a label is an opening, too', () => {
  const change = checked({
    file: 'subgraphs/governance-center/children/schema.graphql',
    from: /(?=\n {2}"[^"]*"\n {2}level: RegionLevel)/,
    to: '\n  "Who lives there (居民)."\n  residents: [String!]!',
  });
  expect(change.lines).toContainEqual(
    expect.stringMatching(
      /^opening plain: Region\.residents has no label and is answered to everybody, like all of Region/,
    ),
  );
});

test('a field that loses its label is reported like any opened field', () => {
  const change = checked(
    {
      file: POLICE_SCHEMA,
      from: /(?<=\n {2}ethnicity: String) @policy\(policies: \[\["public-security\.ethnicity"\]\]\)/,
      to: '',
    },
    { file: POLICE_CATALOGUE, from: '[Identity.asOf]', to: '[Identity.asOf, Identity.ethnicity]' },
  );
  expect(change.lines).toContainEqual(expect.stringMatching(/^opening plain: Identity\.ethnicity/));
});

test('a new value of an enum in answers is an opening', () => {
  const change = checked({
    file: SCHEMA,
    from: /(?<=enum ReferralState \{)/,
    to: '\n  "转介至公安"\n  TO_POLICE',
  });
  expect(change.lines).toContain(
    `opening new value: ReferralState.TO_POLICE is a new answer of every field of type ReferralState (${change.at(SCHEMA, '  TO_POLICE')})`,
  );
});
