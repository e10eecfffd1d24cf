import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { todayInChina } from '../../shared/dates';
import { inBenchWorld } from './support/bench-world';
import { loadOf, machine, quantile, table, verdict } from './support/figures';
import { HARD_TEXTS } from './support/hard-texts';
import { startOurGateway } from './support/our-gateway';
import { requestsOf } from './support/scenarios';

/**
 * `npm run bench:new-texts`: how long one caller's record takes while another caller floods the gateway with texts that it
 * has to validate and plan. docs/performance.md says how to read it.
 */
const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '15' }, flooders: { type: 'string', default: '80' } },
});

/** How many times its calm p95 a record may take while the flood is on. */
const MOST = 2;

/** A caller's record, often enough for a p95 and seldom enough to leave the machine idle between two. */
const PAUSE_MILLISECONDS = 25;

const WARM_UP = 400;

/** `charged`: as configured by default. `uncharged`: nobody counts new texts, and the thread that plans is never idle. */
const SETTINGS = { charged: '120', uncharged: '1000000' } as const;

inBenchWorld({ district: { seed: 'district', size: 2_000, today: todayInChina() } }, async (world, atEnd) => {
  console.log(
    `${machine()}; load ${loadOf()}; ${options.flooders} requests of the flood at once; milliseconds of a record`,
  );
  const rows = [
    ['new texts', 'flood', 'calm p50', 'p95', 'flooded p50', 'p95', 'x calm', 'at most', '', 'answers a second'],
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
    const timed = async (): Promise<number[]> => {
      const times: number[] = [];
      const end = performance.now() + Number(options.seconds) * 1_000;
      for (let n = 0; performance.now() < end; n += 1) {
        const before = performance.now();
        await gateway.ask(record[n % record.length] as string);
        times.push(performance.now() - before);
        await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
      }
      return times;
    };
    for (const [name, text] of Object.entries(HARD_TEXTS)) {
      const calm = await timed();
      const flood = startFlood(
        gateway.url,
        world.identityProvider.token('town-case-worker', { expiresIn: '4h' }),
        text,
      );
      const flooded = await timed();
      const answers = await flood.stop();
      const ratio = quantile(flooded, 0.95) / quantile(calm, 0.95);
      rows.push([
        setting,
        name,
        ...[quantile(calm, 0.5), quantile(calm, 0.95), quantile(flooded, 0.5), quantile(flooded, 0.95)].map((value) =>
          value.toFixed(1),
        ),
        ratio.toFixed(2),
        String(MOST),
        verdict({ value: ratio, most: MOST }),
        Object.entries(answers)
          .map(([status, count]) => `${status}: ${(count / Number(options.seconds)).toFixed(0)}`)
          .join(', '),
      ]);
    }
    await gateway.stop();
  }
  console.log(table(rows));
  console.log(`load at the end: ${loadOf()}`);
}).catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.message}\n`);
  process.exitCode = 1;
});

/** Sends text after text, each new, as many at once as there are flooders, until it is stopped. */
function startFlood(url: string, token: string, text: (n: number) => string) {
  const pool = new Pool(new URL(url).origin, { connections: Number(options.flooders) });
  const answers: Record<string, number> = {};
  let going = true;
  let sent = Math.floor(performance.now() * 1_000);
  const flooder = async () => {
    while (going) {
      sent += 1;
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/graphql',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
          'access-purpose': 'RISK_ASSESSMENT',
        },
        body: JSON.stringify({ query: text(sent) }),
      });
      await body.dump();
      answers[statusCode] = (answers[statusCode] ?? 0) + 1;
    }
  };
  const flooders = Array.from({ length: Number(options.flooders) }, flooder);
  return {
    async stop() {
      going = false;
      await Promise.all(flooders);
      await pool.close();
      return answers;
    },
  };
}
