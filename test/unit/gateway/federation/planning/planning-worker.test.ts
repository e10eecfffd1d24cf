import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSchema, printSchema } from 'graphql';
import { pino } from 'pino';
import { PlanningWorker } from '../../../../../gateway/federation/planning/planning-worker';
import { readSupergraph } from '../../../../../gateway/federation/supergraph';
import { PROJECT } from '../../../../../shared/config/project-root';

const SDL = readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8');
const supergraphSdl = readSupergraph(SDL).loadableSdl;
const lines: Record<string, unknown>[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
const open: PlanningWorker[] = [];

function worker(sdl = supergraphSdl, taskMilliseconds?: number): PlanningWorker {
  const made = new PlanningWorker({ supergraphSdl: sdl, byType: false }, log, taskMilliseconds);
  open.push(made);
  return made;
}

afterEach(async () => {
  for (const made of open.splice(0)) await made.stop();
  lines.length = 0;
});

const plan = (query: string) => ({ kind: 'plan', query, operationName: undefined, variables: {} }) as const;

test('validates, plans, and returns the schema that clients see', async () => {
  const made = worker();
  const sdl = await made.start();
  expect(printSchema(buildSchema(sdl))).toBe(sdl);
  expect(sdl).toContain('type Child');
  expect(sdl).not.toContain('join__');
  expect(await made.run({ kind: 'validate', query: '{ child(id: "a") { id } }' })).toEqual({
    kind: 'validate',
    faults: [],
  });
  expect(await made.run({ kind: 'validate', query: '{ childd }' })).toEqual({
    kind: 'validate',
    faults: [{ message: 'Cannot query field "childd" on type "Query".', locations: [{ line: 1, column: 3 }] }],
  });
  const planned = await made.run(plan('{ child(id: "a") { id } }'));
  expect(planned.kind === 'plan' && JSON.parse(planned.plan)).toMatchObject({
    kind: 'QueryPlan',
    node: { kind: 'Fetch', serviceName: 'governance-center' },
  });
  expect(await made.run(plan('{ nonsense }'))).toMatchObject({ kind: 'refused' });
});

test('a supergraph that the planner refuses prevents the start', async () => {
  await expect(worker('type Query { a: Int }').start()).rejects.toThrow(/supergraph/i);
});

test('a thread that takes too long is terminated, its task is refused, and the next task gets a new thread', async () => {
  // A graph of its own has a thread that has planned nothing yet, and takes longer than no time.
  const hasty = worker(`${supergraphSdl}\n# once more`, 0);
  await hasty.start();
  const refused = await hasty.run(plan('{ child(id: "a") { id } }')).catch((error) => error);
  expect(refused.extensions).toMatchObject({ code: 'PLANNING_BUSY', http: { status: 503 } });
  while (lines.length === 0) await sleep(5);
  expect(lines).toEqual([
    expect.objectContaining({ level: 50, msg: expect.stringContaining('planning thread ended') }),
  ]);
  expect(await hasty.start()).toContain('type Child');
});
