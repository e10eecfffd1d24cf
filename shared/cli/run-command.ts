import { ConfigurationError } from '../config/environment';
import { UsageError } from './command-line';
import { ErrorList } from './error-list';

/** One command of the project: `npm run check`, `npm run ledger:proof`. */
export interface Command {
  /** Printed for `--help`, and below the fault of a command line. */
  readonly usage: string;
  /** Prefix of the message of a failure: `Not started`; `error` by default. */
  readonly failure?: string;
  /** Exit codes that documents promise, if other than 1 for a failure and 2 for wrong usage. */
  readonly exitCodes?: { readonly failure?: number; readonly wrongUsage?: number };
  /**
   * @param words the command line after the command's name.
   * @returns the exit code, or nothing for 0.
   * @throws UsageError, ErrorList, ConfigurationError or any error whose message may be shown.
   */
  run(words: readonly string[]): Promise<number | undefined> | Promise<void> | number | undefined;
}

/**
 * Runs a command as the work of this process: prints usage and failures, and sets the exit code: 0, 1 for a failure or
 * a failed check, 2 for wrong usage.
 */
export async function runCommand(command: Command, words: readonly string[] = process.argv.slice(2)): Promise<void> {
  // A closed terminal or pipe must not end the process before requests in progress are answered.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  if (words.includes('--help')) {
    process.stdout.write(`${command.usage}\n`);
    return;
  }
  try {
    process.exitCode = (await command.run(words)) ?? 0;
  } catch (error) {
    process.stderr.write(`${failureText(error as Error, command.failure ?? 'error')}\n`);
    // A command that failed half-way may have left servers and connections open.
    process.exit(exitCodeOf(error, command));
  }
}

// Private:

function exitCodeOf(error: unknown, { exitCodes = {} }: Command): number {
  return error instanceof UsageError ? (exitCodes.wrongUsage ?? 2) : (exitCodes.failure ?? 1);
}

function failureText(error: NodeJS.ErrnoException, failure: string): string {
  if (error instanceof ConfigurationError) return error.message;
  if (error instanceof ErrorList) return error.faults.map((fault) => `${failure}: ${fault}`).join('\n');
  if (error.code === 'EADDRINUSE') return 'The port is in use by another process; set PORT to a free one.';
  // A bug: the message alone would not tell where.
  const detail = error instanceof TypeError || error instanceof ReferenceError ? error.stack : error.message;
  return `${failure}: ${detail}`;
}
