import { parseArgs } from 'node:util';
import { todayInChina } from '../../shared/domain/dates';
import { inBenchWorld } from './support/bench-world';
import { loadOf, machine, median, table, verdict } from './support/figures';
import { FROM_SOURCE, startOurGateway } from './support/our-gateway';
import { requestsOf, SCENARIOS, type Scenario } from './support/scenarios';
import type { ServerProcess } from './support/server-process';

/**
 * `npm run bench:recording`: the CPU time of the gateway's process per request that recording adds. Compares the
 * gateway with one that neither requests access traces nor writes. Median of alternating rounds.
 */
const MOST_PERCENT = 10;
const CONCURRENCIES = [8, 32];
const REQUESTS: Readonly<Record<Scenario, { readonly warmUp: number; readonly perRound: number }>> = {
  record: { warmUp: 1_500, perRound: 500 },
  page100: { warmUp: 160, perRound: 80 },
};

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });

inBenchWorld({ district: { seed: 'district', size: 2_000, today: todayInChina() } }, async (world, atEnd) => {
  const concurrency = Math.max(...CONCURRENCIES);
  const start = async (changes: Partial<Parameters<typeof startOurGateway>[0]>) => {
    const server = await startOurGateway({ ...world, concurrency, ...changes });
    atEnd(() => server.stop());
    return server;
  };
  const recorded = await start({ name: 'recorded', program: [...FROM_SOURCE, 'gateway/main.ts', 'gateway'] });
  const unrecorded = await start({
    name: 'unrecorded',
    program: [...FROM_SOURCE, 'test/bench/support/unrecorded-gateway.ts'],
  });
  const requests = await requestsOf(recorded);
  console.log(`${machine()}; load ${loadOf()}; ${options.rounds} rounds; CPU ms per request`);
  const rows = [['', 'at once', 'recorded', 'unrecorded', 'recording costs', 'at most', '']];
  for (const scenario of Object.keys(SCENARIOS) as Scenario[]) {
    for (const server of [recorded, unrecorded]) await server.warmUp(requests[scenario], REQUESTS[scenario].warmUp);
    for (const atOnce of CONCURRENCIES) {
      const [ours, base] = await measure(scenario, [recorded, unrecorded], requests[scenario], atOnce);
      const percent = ((ours - base) / base) * 100;
      const met = verdict({ value: percent, most: MOST_PERCENT });
      const cells = [ours.toFixed(2), base.toFixed(2), `${percent.toFixed(1)} %`, `${MOST_PERCENT} %`, met];
      rows.push([scenario, String(atOnce), ...cells]);
    }
  }
  console.log(table(rows));
  console.log(`load ${loadOf()}`);
}).catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.message}\n`);
  process.exitCode = 1;
});

async function measure(
  scenario: Scenario,
  servers: readonly [ServerProcess, ServerProcess],
  bodies: readonly string[],
  atOnce: number,
): Promise<readonly [number, number]> {
  const figures: readonly [number[], number[]] = [[], []];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      figures[index].push(await servers[index].measure(bodies, REQUESTS[scenario].perRound, atOnce));
    }
  }
  return [median(figures[0]), median(figures[1])];
}
