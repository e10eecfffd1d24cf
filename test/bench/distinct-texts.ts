import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import type { Transport } from '../../gateway/agencies/transport';
import { createGateway } from '../../gateway/gateway';
import { readGraph } from '../../gateway/graph/graph-files';
import { DEFAULT_LIMITS } from '../../gateway/limits/settings';
import { AgencyFault } from '../../gateway/request/agency-fault';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES } from '../../shared/domain/agencies';
import { contextSigner } from '../../shared/protocol/context-token';
import { demoCaller } from '../support/identity-provider';
import { makeKeys } from '../support/ledger';
import { rememberingLedger } from '../support/remembering-ledger';
import { loadOf, machine, median, table } from './support/figures';

/**
 * `npm run bench:distinct-texts`: the memory of a gateway that receives ever new documents, each parsed, validated,
 * filtered, planned and prepared for its agencies. The agencies are unreachable: only the caches of documents are
 * measured. Explained in docs/operations/performance.md.
 */
const { values: options } = parseArgs({
  options: {
    texts: { type: 'string', default: '100000' },
    /** Every this many, a document of 60 fragments. */
    long: { type: 'string', default: '20' },
    concurrency: { type: 'string', default: '8' },
  },
});

const PARTS = 20;
const NO_LIMIT = 1_000_000_000;
const UNLIMITED = { ...DEFAULT_LIMITS.caller, requests: NO_LIMIT, cost: NO_LIMIT, newTexts: NO_LIMIT };

/** The largest permitted factor of the last fifth's memory to the second's; the first fills the caches of documents. */
const FLAT = [
  ['heap', 1.1],
  ['rss', 1.15],
] as const;

interface Part {
  readonly sent: number;
  readonly seconds: number;
  /** MiB after garbage collection: of the main thread, and of the process with the planning thread. */
  readonly heap: number;
  readonly rss: number;
}

const OUT_OF_REACH: Transport = {
  send: () => Promise.reject(new AgencyFault('UNREACHABLE')),
  close: async () => undefined,
};

function textOf(n: number): string {
  if (n % Number(options.long) !== 0)
    return `{ u${n}: child(id: "a") { id absenceAlerts { kind } identity { fullName } } }`;
  const numbers = Array.from({ length: 60 }, (_, index) => index);
  const fragments = numbers.map((one) => `fragment F${one} on Child { id a${one}: identity { fullName } }`);
  return `{ u${n}: child(id: "a") { ${numbers.map((one) => `...F${one}`).join(' ')} } } ${fragments.join(' ')}`;
}

async function main(): Promise<void> {
  if (gc === undefined) throw new Error('Memory is told after garbage is collected: node --expose-gc.');
  const file = (name: string) => readFileSync(join(PROJECT, 'gateway/generated', name), 'utf8');
  const graph = await readGraph({ supergraph: file('supergraph.graphql'), rules: file('rules.json') });
  const gateway = createGateway({
    ...graph,
    accessMode: 'filter',
    transports: new Map(AGENCIES.map((agency) => [agency, OUT_OF_REACH])),
    authenticate: async () => demoCaller('police-officer'),
    signContext: contextSigner(makeKeys().privateKey),
    limits: { ...DEFAULT_LIMITS, caller: UNLIMITED },
    log: pino({ level: 'silent' }),
  });
  await gateway.load({ ...rememberingLedger(), record: async () => undefined });
  const wanted = Number(options.texts);
  console.log(`${machine()}; load ${loadOf()}; ${wanted} texts, one in ${options.long} of 60 fragments`);
  const parts: Part[] = [];
  const statuses = new Map<number, number>();
  let sent = 0;
  while (sent < wanted) {
    const end = Math.min(wanted, sent + Math.ceil(wanted / PARTS));
    const startedAt = performance.now();
    const worker = async () => {
      while (sent < end) {
        sent += 1;
        const { statusCode } = await gateway.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: { 'content-type': 'application/json', 'access-purpose': 'OWN_DUTY' },
          payload: JSON.stringify({ query: textOf(sent) }),
        });
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: Number(options.concurrency) }, worker));
    gc();
    const { heapUsed, rss } = process.memoryUsage();
    const seconds = (performance.now() - startedAt) / 1_000;
    parts.push({ sent, seconds, heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 });
    console.log(
      `${sent}: ${seconds.toFixed(0)} s, heap ${(heapUsed / 2 ** 20).toFixed(1)}, RSS ${(rss / 2 ** 20).toFixed(0)} MiB`,
    );
  }
  await gateway.close();
  print(parts);
  console.log(
    `answers: ${[...statuses].map(([status, count]) => `${count} of ${status}`).join(', ')}; load ${loadOf()}`,
  );
}

function print(parts: readonly Part[]): void {
  const shown = parts.filter((_, index) => index % 2 === 1);
  const rows = shown.map(({ sent, heap, rss }) => [String(sent), heap.toFixed(1), rss.toFixed(0)]);
  console.log(table([['texts', 'heap MiB', 'RSS MiB'], ...rows]));
  const fifth = Math.max(1, Math.floor(parts.length / 5));
  for (const [what, most] of FLAT) {
    const of = (some: readonly Part[]) => median(some.map((part) => part[what]));
    const ratio = of(parts.slice(-fifth)) / of(parts.slice(fifth, 2 * fifth));
    console.log(
      `${what}: the last fifth is ${ratio.toFixed(2)} x the second (at most ${most}: ${ratio <= most ? 'flat' : 'GROWS'})`,
    );
  }
}

main().catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.message}\n`);
  process.exitCode = 1;
});
