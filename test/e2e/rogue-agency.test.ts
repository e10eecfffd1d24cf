import type { Agency } from '../../shared/agencies';
import type { SubgraphResponse } from '../../shared/subgraph';
import { childIdOf, STORY } from '../support/databases';
import { startSystem, type TestSystem } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

// An agency that is wrong, or means harm: whatever it tells, it harms nothing but its own part of the answer.

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

type Body = SubgraphResponse['body'];

const CHILD = childIdOf(STORY.leftBehind);
const QUERY = `query ($id: ID!) { child(id: $id) {
  identity { fullName } enrolment { school } pupil: attendance { month } lovingMother { name } } }`;

/** Asks while what one agency answers is changed on its way. */
async function askWhile(agency: Agency, change: (body: Body) => unknown, status = 200) {
  const undo = wrapAgency(system, agency, (handle) => async (request) => {
    const { body } = await handle(request);
    return { status, body: change(JSON.parse(JSON.stringify(body))) as Body };
  });
  try {
    return await system.ask(QUERY, { variables: { id: CHILD } });
  } finally {
    undo();
  }
}

describe('what an agency writes into an error', () => {
  const NAME = '林小溪';
  const NUMBER = STORY.leftBehind;
  const words = `${NAME}，${NUMBER}`;
  const failing = (error: object) => (body: Body) => ({
    ...body,
    data: { _entities: [{ enrolment: null, pupil: [], __id: CHILD }] },
    errors: [{ message: words, path: ['_entities', 0, 'enrolment'], ...error }],
  });

  test.each<[string, object]>([
    ['as its message', {}],
    ['with a code of the catalogue', { extensions: { code: 'RECORD_NOT_FOUND' } }],
    ['as facts', { extensions: { code: 'CONFLICT', argument: words, fault: words, current: words, limit: words } }],
    ['as what the gateway says itself', { extensions: { code: 'CONFLICT', agency: words, reason: words, at: words } }],
    ['as a coordinate', { extensions: { code: 'CONFLICT', coordinate: `Child.${NAME}`, dataClass: words } }],
    ['as a trace', { extensions: { stacktrace: [words], exception: { words } }, locations: [{ line: 1, words }] }],
  ])('%s does not reach the client', async (_, error) => {
    const { body, text } = await askWhile('education', failing(error));
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].path).toEqual(['child', 'enrolment']);
    expect(text.replaceAll(`"fullName":"${NAME}"`, '')).not.toMatch(new RegExp(`${NAME}|${NUMBER}`));
    expect(system.logged()).not.toMatch(new RegExp(`${NAME}|${NUMBER}`));
  });

  test('as the path of one is no answer to what was asked', async () => {
    const { body, text } = await askWhile('education', failing({ path: ['_entities', 0, NUMBER] }));
    expect(body.extensions.access.unavailable).toMatchObject([{ agency: 'EDUCATION', reason: 'FAULTY_ANSWER' }]);
    expect(body.data.child.lovingMother).toEqual({ name: expect.any(String) });
    expect(text).not.toContain(NUMBER);
  });

  test('as a refusal of the whole operation does not reach the client', async () => {
    const refused = () => ({ errors: [{ message: words, extensions: { code: 'BAD_USER_INPUT', argument: words } }] });
    const { body, text } = await askWhile('education', refused, 400);
    expect(body.errors).toEqual(
      ['Child.enrolment', 'Child.attendance'].map(() => ({
        message: 'An argument is not valid.',
        extensions: { code: 'BAD_USER_INPUT' },
      })),
    );
    expect(text).not.toContain(NUMBER);
  });
});
