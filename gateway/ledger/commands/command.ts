import type { ParseArgsConfig, parseArgs } from 'node:util';
import { readCommandLine } from '../../../shared/cli/command-line';
import type { Command } from '../../../shared/cli/run-command';
import { dataDirectory } from '../../../shared/config/data-directory-setting';
import type { Environment } from '../../../shared/config/environment';
import { type LedgerConfig, ledgerConfig } from '../settings';
import { LedgerFault } from '../verify/ledger-fault';

/** Input of a ledger command from its process. */
export interface LedgerCommandInput {
  readonly config: LedgerConfig;
  /** The embedded system's data directory, used if no ledger is configured. */
  readonly dataDirectory: string;
  readonly out: NodeJS.WriteStream;
  readonly say: (text: string) => void;
  readonly now: Date;
}

/** A command on the ledger: `npm run ledger:verify`. */
export interface LedgerCommand {
  readonly usage: string;
  /**
   * Reads the command line and returns the work to do. The work returns the exit code, 1 if the ledger differs from
   * what was recorded, and throws if it cannot be done.
   *
   * @throws UsageError
   */
  prepare(words: readonly string[]): (input: LedgerCommandInput) => Promise<number>;
}

type Values<Options extends ParseArgsConfig['options']> = ReturnType<typeof parseArgs<{ options: Options }>>['values'];

/** Declares a ledger command by its options. A {@link LedgerFault} is printed on one line, with exit code 1. */
export function ledgerCommand<const Options extends NonNullable<ParseArgsConfig['options']>>(
  usage: string,
  options: Options,
  work: (values: Values<Options>, input: LedgerCommandInput) => Promise<number | undefined>,
): LedgerCommand {
  return {
    usage,
    prepare(words) {
      const { values } = readCommandLine(usage, words, { options });
      return async (input) => {
        try {
          return (await work(values, input)) ?? 0;
        } catch (error) {
          if (!(error instanceof LedgerFault)) throw error;
          input.say(`NOT AS RECORDED: ${error.message}.`);
          return 1;
        }
      };
    },
  };
}

/** Adapts a ledger command to a command of this process. */
export function ledgerCommandOf({ usage, prepare }: LedgerCommand, environment: Environment): Command {
  return {
    usage,
    failure: 'Not done',
    run(words) {
      const work = prepare(words);
      const config = ledgerConfig(environment);
      environment.finish();
      return work({
        config,
        dataDirectory: dataDirectory(environment),
        out: process.stdout,
        say: (text) => process.stdout.write(`${text}\n`),
        now: new Date(),
      });
    },
  };
}
