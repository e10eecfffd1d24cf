import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { embeddedConfig, gatewayConfig } from '../../gateway/config';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { ConfigurationError, Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { PURPOSES, type Purpose } from '../../shared/domain/purpose';
import { assessmentOf } from '../support/assessments';
import { Choices, SEED } from '../support/choices';
import { childIdOf, STORY } from '../support/databases';
import { FULL_CHILD } from '../support/full-child';
import { LEFT_BEHIND_ASSESSMENT, visitsOf } from '../support/references';
import { type Reply, startSystem, type TestSystem } from '../support/system';

const ID = childIdOf(STORY.leftBehind);
const child = (selection: string, id = ID) => `{ child(id: "${id}") { ${selection} } }`;
const coordinates = (denied: readonly { coordinate: string }[]) => denied.map(({ coordinate }) => coordinate);

let filter: TestSystem;
let reject: TestSystem;
let dryRun: TestSystem;
beforeAll(async () => {
  filter = await startSystem();
  reject = await startSystem({ accessMode: 'reject' });
  dryRun = await startSystem({ accessMode: 'dry-run' });
  // The reference is asked about once.
  await Promise.all([filter, reject, dryRun].map((system) => system.ask('{ __typename }')));
});
afterAll(() => Promise.all([filter, reject, dryRun].map((system) => system.close())));
beforeEach(() => {
  for (const system of [filter, reject, dryRun]) system.forget();
});

describe('reject', () => {
  test('refuses the whole operation before any agency is asked if the rules alone refuse a field', async () => {
    const { status, body } = await reject.ask(child('id identity { fullName } bullyingReports { role }'));
    expect({ status, data: body.data }).toEqual({ status: 403, data: null });
    expect(body.errors).toEqual([
      expect.objectContaining({
        path: ['child', 'bullyingReports'],
        extensions: expect.objectContaining({ code: 'UNAUTHORIZED_FIELD_OR_TYPE', purposes: ['CASE_HANDLING'] }),
      }),
    ]);
    expect(coordinates(body.extensions.access.denied)).toEqual(['Child.bullyingReports']);
    expect(reject.subRequests).toEqual([]);
  });

  test('asks only what a reference covers', async () => {
    const { status } = await reject.ask('{ clues { totalCount } }', {
      as: 'police-officer',
      purpose: 'CASE_HANDLING',
      reference: `case/${FULL_CHILD.case.id}`,
    });
    expect(status).toBe(403);
    expect(reject.subRequests.map(({ request }) => JSON.stringify(request.body))).toEqual([
      expect.stringContaining('grant('),
    ]);
  });

  test('answers a child of another county like one who does not exist', async () => {
    const both = (other: string) => `{ here: child(id: "${ID}") { id } there: child(id: "${other}") { id } }`;
    const [exists, doesNot] = await Promise.all(
      [childIdOf(STORY.neighbour), 'x'.repeat(43)].map((id) => reject.ask(both(id))),
    );
    expect(exists?.body.data).toEqual({ here: { id: ID }, there: null });
    expect([exists?.status, exists?.text]).toEqual([doesNot?.status, doesNot?.text]);
  });

  test('does not refuse because of fields that are absent, masked or excluded by a condition', async () => {
    const { status, body } = await reject.ask(
      `query ($no: Boolean = false) ${child(
        `victimSupport { needs } welfare { reason } household { address } identity { idNumber }
         bullyingReports @include(if: $no) { role }`,
        childIdOf(STORY.protectedAddress),
      )}`,
      {
        as: 'county-case-worker',
        reference: await assessmentOf(childIdOf(STORY.protectedAddress), 'county-case-worker'),
      },
    );
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    expect(body.data.child).toMatchObject({ victimSupport: null, household: { address: null } });
    expect(body.extensions.access.masked).toEqual(['Identity.idNumber']);
  });
});

describe('dry-run', () => {
  test('removes no field before planning and reports what it would have refused, while the agency decides', async () => {
    const { status, body } = await dryRun.ask(child('id bullyingReports { role } victimSupport { needs }'));
    expect(status).toBe(200);
    expect(body.data).toEqual({ child: { id: ID, bullyingReports: [], victimSupport: null } });
    expect(body.extensions.access.wouldDeny).toEqual([
      { coordinate: 'Child.bullyingReports', dataClass: 'education.bullying', purposes: ['CASE_HANDLING'] },
    ]);
    expect(coordinates(body.extensions.access.denied)).toEqual(['Child.bullyingReports']);
    expect(dryRun.subRequests.map(({ agency }) => agency).sort()).toEqual([
      'education',
      'governance-center',
      'procuratorate',
    ]);
    expect(dryRun.statements.filter(({ agency }) => agency !== 'governance-center')).toEqual([]);
  });

  test('reports nothing without a refusal, nor for absent or excluded fields', async () => {
    const { body } = await dryRun.ask(child('id victimSupport { needs } bullyingReports @skip(if: true) { role }'));
    expect(body.extensions.access).not.toHaveProperty('wouldDeny');
  });

  test('opens nothing: a caller’s answer to every field equals that of `filter`, for every purpose', async () => {
    const choices = new Choices(SEED);
    console.log(`Half of all callers ask for each purpose, one operation each; SEED=${SEED}`);
    const references: Partial<Record<Purpose, (as: string) => string | undefined>> = {
      RISK_ASSESSMENT: (as) => (as === 'town-case-worker' ? LEFT_BEHIND_ASSESSMENT : undefined),
      CASE_HANDLING: () => `case/${FULL_CHILD.case.id}`,
      JOINT_MEETING: () => `meeting/${FULL_CHILD.meetings.conference.id}`,
      VISIT: visitsOf,
    };
    let answered = 0;
    for (const { sub: as } of DEMO_CALLERS) {
      for (const purpose of PURPOSES) {
        if (choices.chance(1 / 2)) continue;
        const reason = 'a child was reported missing';
        const options = { as, purpose, reason, reference: references[purpose]?.(as), variables: { id: FULL_CHILD.id } };
        const everything = choices.one(EVERYTHING);
        const [filtered, dry] = await Promise.all([filter.ask(everything, options), dryRun.ask(everything, options)]);
        const parts = ({ status, body }: Reply) => ({
          as,
          purpose,
          status,
          data: JSON.stringify(body.data),
          masked: body.extensions?.access.masked,
        });
        expect(parts(dry)).toEqual(parts(filtered));
        expect(dry.body.errors?.[0]?.extensions.code).not.toBe('OPERATION_TOO_COSTLY');
        if (dry.status !== 200) continue;
        answered += 1;
        // The gateway reports refusals by rules alone even without a record.
        expect(coordinates(filtered.body.extensions.access.denied)).toEqual(
          expect.arrayContaining(coordinates(dry.body.extensions.access.denied)),
        );
      }
    }
    expect(answered).toBeGreaterThan(50);
  });
});

test.each([embeddedConfig, gatewayConfig])('a misspelt mode prevents the start', (config) => {
  const start = () => config(new Environment({ ACCESS_MODE: 'dryrun' }), new Map());
  expect(start).toThrow(ConfigurationError);
  expect(start).toThrow(/ACCESS_MODE must be one of filter, reject, dry-run\./);
});

test('without a mode, operations are filtered', () => {
  expect(embeddedConfig(new Environment({}), new Map()).accessMode).toBe('filter');
});

/** All fields of a child and of each list, down to repeated types. */
const EVERYTHING = (() => {
  const { loadableSdl } = readSupergraph(readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8'));
  const schema = buildSchema(loadableSdl, { assumeValidSDL: true });
  const named = (name: string) => schema.getType(name) as GraphQLObjectType;
  const all = (type: GraphQLObjectType, above: readonly string[]): string =>
    Object.values(type.getFields())
      .map(({ name, type: target }) => ({ name, target: getNamedType(target) }))
      .filter(({ target }) => !above.includes(target.name))
      .map(({ name, target }) => (isObjectType(target) ? `${name} { ${all(target, [...above, target.name])} }` : name))
      .join(' ');
  const record = `child(id: $id) { ${all(named('Child'), ['Child'])} }`;
  const lists = Object.entries({ children: 'Child', cases: 'Case', clues: 'Clue', jointMeetings: 'JointMeeting' }).map(
    ([list, type]) => `${list}(first: 2) { totalCount nodes { ${all(named(type), [type, 'Child'])} } }`,
  );
  return [`query ($id: ID!) { ${record} }`, ...lists.map((list) => `{ ${list} }`)];
})();
