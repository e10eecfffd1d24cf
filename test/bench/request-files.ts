import { parseArgs } from 'node:util';
import { todayInChina } from '../../shared/domain/dates';
import { inBenchWorld } from './support/bench-world';
import { startOurGateway, TELLING_FILES } from './support/our-gateway';
import { requestsOf } from './support/scenarios';

/**
 * `npm run bench:request-files`: the number of files of gateway/ and shared/ that a warm `record` executes, which a
 * reader of a request's path must read.
 */
const MOST = 60;
const WARM_UP = 200;
const WATCHED = 50;

const { values: options } = parseArgs({ options: { size: { type: 'string', default: '300' } } });

async function main(): Promise<void> {
  const district = { seed: 'district', size: Number(options.size), today: todayInChina() };
  await inBenchWorld({ district }, async (world, atEnd) => {
    const server = await startOurGateway({ ...world, ...TELLING_FILES, concurrency: 1 });
    atEnd(() => server.stop());
    const { record } = await requestsOf(server);
    await server.warmUp(record, WARM_UP);
    await server.tell('watch');
    // Functions called before are not counted, nor are those of occasional timers.
    await server.measure(record, WATCHED);
    const files = (await server.tell('files')) as readonly string[];
    console.log(files.join('\n'));
    console.log(
      `${files.length} files of gateway/ and shared/, at most ${MOST}: ${files.length <= MOST ? 'met' : 'MISSED'}`,
    );
  });
}

main().catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.message}\n`);
  process.exitCode = 1;
});
