import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { ChainWriter } from '../../gateway/ledger/chain-writer';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { HeadKeeper } from '../../gateway/ledger/head-keeper';
import { openLedger } from '../../gateway/ledger/open-ledger';
import { signatureVerifier, signer } from '../../gateway/ledger/signing';
import { LedgerReader } from '../../gateway/ledger/verify/read-ledger';
import { verifyLedger } from '../../gateway/ledger/verify/verify-ledger';
import { provisionDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { childNumber, entryOf, makeKeys } from '../support/ledger';

/**
 * `npm run bench:ledger`: the cost of verifying, on a separate database, and of recording. `ENTRIES` sets the number of
 * entries. Verification runs in a separate process, to measure only its memory.
 */
const ENTRIES = Number(process.env.ENTRIES ?? 1_000_000);
const BATCH = 2_000;
const CHILDREN = 40_000;
const TARGET_SECONDS_PER_MILLION = 120;

interface Verifying {
  readonly database: LedgerDatabase;
  readonly publicKey: string;
}

interface Measured {
  readonly entries: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

async function fill(): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'record-bench-'));
  await chmod(dataDirectory, 0o755);
  const claim = await claimDataDirectory(dataDirectory);
  const postgres = await startEmbeddedPostgres({ dataDirectory });
  try {
    const database = await provisionDatabase(postgres.adminUrl, 'access_ledger');
    const keys = makeKeys();
    const alone = await measureRecording(database, keys.privateKey, 1);
    const four = await measureRecording(database, keys.privateKey, 4);
    const filling = await measureFilling(database, keys.privateKey);
    const small = await verifyElsewhere({ database, publicKey: keys.publicKey }, Math.ceil(ENTRIES / 10));
    const whole = await verifyElsewhere({ database, publicKey: keys.publicKey }, undefined);
    print([
      ['recording, 50 requests at once, entries per second', alone, 0],
      ['  of four gateways together, 50 at once each', four, 0],
      [`filling ${ENTRIES} entries`, filling, 1],
      [`ledger:verify over ${small.entries}, seconds`, small.seconds, 1],
      ['  peak memory, MB', small.megabytes, 0],
      [`ledger:verify over ${whole.entries}, seconds`, whole.seconds, 1],
      ['  of which CPU of the verifying process', whole.cpuSeconds, 1],
      ['  peak memory, MB', whole.megabytes, 0],
    ]);
    const perMillion = (whole.seconds / whole.entries) * 1e6;
    const met = perMillion <= TARGET_SECONDS_PER_MILLION ? 'met' : 'MISSED';
    console.log(`${perMillion.toFixed(1)} s per million (at most ${TARGET_SECONDS_PER_MILLION} s: ${met})`);
  } finally {
    await postgres.stop();
    await claim.release();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

/**
 * Records like gateways that share the chain; here they also share a process. @returns entries per second of all
 * together.
 */
async function measureRecording(database: LedgerDatabase, signingKey: string, gateways: number): Promise<number> {
  const settings = {
    hash: 'sm3',
    signingKey,
    checkpointEntries: 1_000,
    checkpointSeconds: 60,
    deadlineMilliseconds: 20_000,
  } as const;
  const log = pino({ level: 'silent' });
  const ledgers = await Promise.all(Array.from({ length: gateways }, () => openLedger({ database, settings, log })));
  const before = performance.now();
  const rounds = 20;
  const requests = ledgers.flatMap((ledger) => Array.from({ length: 50 }, () => ledger));
  await Promise.all(
    requests.map(async (ledger) => {
      for (let round = 0; round < rounds; round += 1) await ledger.record(entryOf());
    }),
  );
  const seconds = (performance.now() - before) / 1_000;
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  return (requests.length * rounds) / seconds;
}

async function measureFilling(database: LedgerDatabase, signingKey: string): Promise<number> {
  const writer = new ChainWriter({
    url: database.writerUrl,
    hash: 'sm3',
    signer: signer(signingKey),
    checkpointEntries: 1_000,
    checkpointSeconds: 60,
    patience: { connecting: 10_000, answer: 0 },
    clock: () => new Date(),
    heads: new HeadKeeper(undefined, pino({ level: 'silent' })),
    log: pino({ level: 'silent' }),
    onLost: () => undefined,
  });
  await dropSearchIndexes(database);
  const children = Array.from({ length: CHILDREN }, (_, index) => childNumber(index));
  const before = performance.now();
  for (let done = 0; done < ENTRIES; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, ENTRIES - done) }, (_, index) => {
      const child = (done + index) % (CHILDREN - 1);
      const entry = entryOf({ requestId: randomUUID(), children: children.slice(child, child + 2) });
      return { body: JSON.stringify(entry) };
    });
    await writer.write(batch);
    if (process.stdout.isTTY) process.stdout.write(`\rfilled ${done + batch.length}`);
  }
  if (process.stdout.isTTY) process.stdout.write('\n');
  await writer.write([], true);
  await writer.close();
  return (performance.now() - before) / 1_000;
}

/** Drops the search indexes, which take most of an insert's time and are not used by verifying. */
async function dropSearchIndexes({ ownerUrl = '' }: LedgerDatabase): Promise<void> {
  const owner = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  const names = ['caller', 'caller_agency', 'caller_region', 'purpose', 'children', 'owners'];
  await owner.raw(`drop index ${names.map((name) => `ledger.entry_${name}`).join(', ')}`);
  await owner.destroy();
}

async function verifyElsewhere(verifying: Verifying, through: number | undefined): Promise<Measured> {
  const env = { ...process.env, VERIFY: JSON.stringify({ ...verifying, through }) };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', __filename], { env });
  return JSON.parse(stdout) as Measured;
}

async function verify({ database, publicKey, through }: Verifying & { through?: number }): Promise<void> {
  const before = performance.now();
  const ledger = await LedgerReader.open(database.writerUrl);
  const { entries } = await verifyLedger(ledger, {
    keys: [signatureVerifier(publicKey)],
    youngest: { entries: 0, seconds: 0 },
    through,
  });
  await ledger.close();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const measured: Measured = {
    entries,
    seconds: (performance.now() - before) / 1_000,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    megabytes: maxRSS / 1_024,
  };
  console.log(JSON.stringify(measured));
}

function print(rows: readonly (readonly [string, number, number])[]): void {
  for (const [what, value, digits] of rows) console.log(`${what.padEnd(56)} ${value.toFixed(digits).padStart(10)}`);
}

const verifying = process.env.VERIFY;
void (verifying === undefined ? fill() : verify(JSON.parse(verifying)));
