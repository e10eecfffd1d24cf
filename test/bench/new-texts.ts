import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { todayInChina } from '../../shared/domain/dates';
import { OTHER_BENCH_CALLER } from './support/bench-case';
import { BENCH_HEADERS } from './support/bench-context';
import { inBenchWorld } from './support/bench-world';
import { loadOf, machine, quantile, table, verdict } from './support/figures';
import { HARD_TEXTS } from './support/hard-texts';
import { startOurGateway } from './support/our-gateway';
import { requestsOf } from './support/scenarios';

/**
 * `npm run bench:new-texts`: the time of one caller's record while another floods the gateway with documents to
 * validate and plan. Explained in docs/operations/performance.md.
 */
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, flooders: { type: 'string', default: '80' } },
});

/** The largest permitted factor of a record's p95 during the flood. */
const MOST = 2;

/** The pause between records: short enough for a p95, and long enough to leave the machine idle. */
const PAUSE_MILLISECONDS = 25;

const WARM_UP = 400;

/** The limit of a caller's requests: 80 every eight seconds are 600 a minute. */
const WAVE_MILLISECONDS = 8_000;

/** `charged`: the default. `uncharged`: without a limit on new documents, so the planning thread is never idle. */
const SETTINGS = { charged: '120', uncharged: '1000000' } as const;

inBenchWorld({ district: { seed: 'district', size: 2_000, today: todayInChina() } }, async (world, atEnd) => {
  console.log(
    `${machine()}; load ${loadOf()}; ${options.flooders} new texts at once, 600 a minute; milliseconds of a record`,
  );
  const rows = [
    ['new texts are', 'calm p50', 'p95', 'flooded p50', 'p95', 'x calm', 'at most', '', 'answers to the flood'],
  ];
  for (const [setting, limit] of Object.entries(SETTINGS)) {
    const gateway = await startOurGateway({
      ...world,
      concurrency: 4,
      name: setting,
      variables: { CALLER_NEW_TEXTS_PER_MINUTE: limit },
    });
    atEnd(() => gateway.stop());
    const { record } = await requestsOf(gateway);
    await gateway.warmUp(record, WARM_UP);
    const timed = async (times: number[]): Promise<void> => {
      const end = performance.now() + WAVE_MILLISECONDS;
      for (let n = 0; performance.now() < end; n += 1) {
        const before = performance.now();
        await gateway.ask(record[n % record.length] as string);
        times.push(performance.now() - before);
        await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
      }
    };
    const wave = flood(gateway.url, world.identityProvider.token(OTHER_BENCH_CALLER, { expiresIn: '4h' }));
    const calm: number[] = [];
    const flooded: number[] = [];
    for (let round = 0; round < Number(options.rounds); round += 1) {
      await timed(calm);
      await Promise.all([timed(flooded), wave.send()]);
    }
    const ratio = quantile(flooded, 0.95) / quantile(calm, 0.95);
    const [p50, p95, floodedP50, floodedP95] = [calm, flooded].flatMap((times) =>
      [0.5, 0.95].map((share) => quantile(times, share).toFixed(1)),
    ) as [string, string, string, string];
    const answers = Object.entries(await wave.end()).map(([status, count]) => `${count} of ${status}`);
    const met = verdict({ value: ratio, most: MOST });
    rows.push([setting, p50, p95, floodedP50, floodedP95, ratio.toFixed(2), String(MOST), met, answers.join(', ')]);
    await gateway.stop();
  }
  console.log(table(rows));
  console.log(`load at the end: ${loadOf()}`);
}).catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.message}\n`);
  process.exitCode = 1;
});

/** Waves of new documents, as many simultaneous ones as flooders, of each kind of hard text in turn. */
function flood(url: string, token: string) {
  const flooders = Number(options.flooders);
  const pool = new Pool(url, { connections: flooders });
  const answers: Record<string, number> = {};
  const kinds = Object.values(HARD_TEXTS);
  let sent = 0;
  const one = async () => {
    sent += 1;
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/graphql',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        ...BENCH_HEADERS,
      },
      body: JSON.stringify({ query: kinds[sent % kinds.length]?.(sent) }),
    });
    await body.dump();
    answers[statusCode] = (answers[statusCode] ?? 0) + 1;
  };
  return {
    async send(): Promise<void> {
      await Promise.all(Array.from({ length: flooders }, one));
    },
    async end() {
      await pool.close();
      return answers;
    },
  };
}
