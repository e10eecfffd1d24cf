import { pino } from 'pino';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { openLedger } from '../../gateway/ledger/open-ledger';
import { entryOf, TEST_LEDGER } from './ledger';

/** A process that records a number of entries like a gateway, ten at a time, and prints them. */
async function main(): Promise<void> {
  const database = JSON.parse(process.env.DATABASE ?? '') as LedgerDatabase;
  const settings = { ...TEST_LEDGER, signingKey: process.env.SIGNING_KEY ?? '' };
  const ledger = await openLedger({ database, settings, log: pino({ level: 'silent' }) });
  for (let round = 0; round < Number(process.env.ROUNDS); round += 1) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const entry = entryOf();
        await ledger.record(entry);
        process.stdout.write(`${entry.requestId}\n`);
      }),
    );
  }
  await ledger.close();
}

void main();
