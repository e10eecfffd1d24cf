import { setTimeout as sleep } from 'node:timers/promises';
import { provision } from '../../shared/db/agency-database';
import { AGENCIES } from '../../shared/domain/agencies';
import { claimDataDirectory, type DataDirectoryClaim } from '../../shared/embedded-postgres/data-directory';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { type AgenciesOverHttp, agenciesOverHttp, type GatewayOverHttp } from '../support/agencies-over-http';
import { childIdOf, STORY, testDatabase } from '../support/databases';
import { type FaultyNetwork, faultyNetwork } from '../support/faulty-network';
import { processesOn, removeDataDirectory, temporaryDataDirectory } from '../support/process';

// One agency's PostgreSQL is killed and restarted while its subgraph and all others keep running.

const BREAKER_MILLISECONDS = 500;

const dataDirectory = temporaryDataDirectory();
const states: string[] = [];
let claim: DataDirectoryClaim;
let postgres: EmbeddedPostgres;
let network: FaultyNetwork;
let agencies: AgenciesOverHttp;
let gateway: GatewayOverHttp;

beforeAll(async () => {
  claim = await claimDataDirectory(dataDirectory);
  postgres = await startEmbeddedPostgres({ dataDirectory });
  // The server's port changes with each start; the agency's stays.
  network = await faultyNetwork(postgres.port);
  const own = await provision(network.through(postgres.adminUrl), 'education');
  const databases = new Map(AGENCIES.map((agency) => [agency, agency === 'education' ? own : testDatabase(agency)]));
  agencies = await agenciesOverHttp(databases);
  gateway = await agencies.gateway(
    { requestMilliseconds: 20_000, breakerFaults: 4, breakerMilliseconds: BREAKER_MILLISECONDS },
    { onBreaker: (agency, state) => states.push(`${agency} ${state}`) },
  );
});
afterAll(async () => {
  await agencies?.close();
  await network?.close();
  await postgres?.stop();
  await claim?.release();
  removeDataDirectory(dataDirectory);
});

const ask = () =>
  gateway.ask(
    'query ($id: ID!) { child(id: $id) { identity { fullName } enrolment { school } dropoutAlerts { stage } } }',
    {
      variables: { id: childIdOf(STORY.leftBehind) },
    },
  );

test('while its database is down the agency is reported as unavailable, and its fields are answered soon after the database is back', async () => {
  const before = await ask();
  expect(before.body.errors).toBeUndefined();
  expect(before.body.data.child.enrolment).toEqual({ school: expect.any(String) });

  for (const pid of processesOn(dataDirectory)) process.kill(pid, 'SIGKILL');
  const reasons: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const { status, body } = await ask();
    const { reason, at } = body.extensions.access.unavailable[0];
    reasons.push(reason);
    expect(status).toBe(200);
    expect(body.data.child).toEqual({
      identity: before.body.data.child.identity,
      enrolment: null,
      dropoutAlerts: [],
    });
    expect(body.errors.map(({ extensions }: { extensions: unknown }) => extensions)).toEqual(
      ['Child.enrolment', 'Child.dropoutAlerts'].map((coordinate) => ({
        code: 'AGENCY_UNAVAILABLE',
        agency: 'EDUCATION',
        reason,
        at,
        coordinate,
      })),
    );
  }
  // Two requests, each sent twice; then the breaker is open, except for a trial if the others took long.
  expect(reasons.slice(0, 2)).toEqual(['UNREACHABLE', 'UNREACHABLE']);
  expect(reasons).toContain('CIRCUIT_OPEN');
  expect(states).toContain('education open');

  postgres = await startEmbeddedPostgres({ dataDirectory });
  network.port = postgres.port;
  await sleep(BREAKER_MILLISECONDS + 100);
  const after = await ask();
  expect(after.body).toEqual(before.body);
  expect(states.slice(-2)).toEqual(['education half-open', 'education closed']);
});
