import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { childIds } from '../../../../shared/domain/child-id';
import { countedChildIds } from '../../../../shared/subgraph/counted-child-ids';
import { SubgraphMetrics } from '../../../../shared/telemetry/subgraph-metrics';
import { STORY, TEST_CHILD_IDS } from '../../../support/databases';

test('more pseudonyms in a minute than usual raise one alarm in that minute, and nobody is named', async () => {
  const registry = new Registry();
  const lines: string[] = [];
  let now = 0;
  const ids = countedChildIds(childIds(TEST_CHILD_IDS), {
    agency: 'governance-center',
    perMinute: 3,
    observer: new SubgraphMetrics(registry),
    log: pino(
      {},
      new PassThrough().on('data', (line) => lines.push(String(line))),
    ),
    now: () => now,
  });
  const derive = (times: number) => {
    for (let time = 0; time < times; time += 1) ids.derive(STORY.leftBehind);
  };
  const counted = async (name: string) =>
    (await registry.getSingleMetricAsString(name)).split('\n').filter((line) => !line.startsWith('#'));

  derive(3);
  now = 60_000;
  derive(3);
  expect(lines).toEqual([]);
  derive(20);
  now = 119_999;
  derive(20);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'child-ids-in-bulk', perMinute: 3, level: 40 },
  ]);
  now = 120_000;
  derive(4);
  expect(lines).toHaveLength(2);
  expect(await counted('subgraph_child_ids_derived_total')).toEqual([
    'subgraph_child_ids_derived_total{agency="governance-center"} 50',
  ]);
  expect(await counted('subgraph_child_ids_bulk_minutes_total')).toEqual([
    'subgraph_child_ids_bulk_minutes_total{agency="governance-center"} 2',
  ]);
  expect(lines.join()).not.toContain(STORY.leftBehind);
  expect(lines.join()).not.toContain(ids.derive(STORY.leftBehind));
});
