import { LEDGER_COMMANDS } from '../../gateway/ledger/commands';
import type { LedgerCommandInput } from '../../gateway/ledger/commands/command';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { TEST_KEYS, TEST_LEDGER } from './ledger';

export interface CommandOutcome {
  readonly code: number;
  readonly said: string;
}

/** Runs a ledger command in this process, on a test's database. */
export async function runCommand(
  name: string,
  database: LedgerDatabase | undefined,
  options: readonly string[],
  changes: Partial<LedgerCommandInput> = {},
): Promise<CommandOutcome> {
  const lines: string[] = [];
  const { signingKey: _signingKey, ...settings } = TEST_LEDGER;
  const command = LEDGER_COMMANDS[`ledger-${name}`];
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  const code = await command.prepare(options)({
    config: { database, signingKey: TEST_KEYS.privateKey, auditorUrl: undefined, settings, retentionYears: 3 },
    dataDirectory: '/nowhere',
    out: process.stdout,
    say: (text) => lines.push(text),
    now: new Date(),
    ...changes,
  });
  return { code, said: lines.join('\n') };
}
