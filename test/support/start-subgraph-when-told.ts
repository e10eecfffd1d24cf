import { once } from 'node:events';
import { pino } from 'pino';
import { childIds } from '../../shared/domain/child-id';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import education from '../../subgraphs/education';
import { TEST_CHILD_IDS } from './databases';

/**
 * A process that starts the education subgraph on the database in DATABASE (JSON) at a signal on standard input, so
 * several start simultaneously.
 */
async function main(): Promise<void> {
  process.stdout.write('loaded\n');
  await once(process.stdin, 'data');
  const running = await startSubgraph({
    definition: education,
    database: JSON.parse(process.env.DATABASE ?? ''),
    district: { seed: 'district', size: 3_000, today: '2026-05-17' },
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });
  await running.close();
  process.exit(0);
}

void main();
