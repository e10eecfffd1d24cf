import type { LedgerConfig } from '../settings';
import { LedgerFault } from '../verify/ledger-fault';

/** What a command of the ledger is given by the process. */
export interface LedgerCommandInput {
  /** What follows `--`. */
  readonly options: readonly string[];
  readonly config: LedgerConfig;
  /** Of the embedded system, for where nothing else is configured. */
  readonly dataDirectory: string;
  readonly out: NodeJS.WriteStream;
  readonly say: (text: string) => void;
  readonly now: Date;
}

/** @returns the exit code: 1 where something is not as it was recorded. @throws where it could not be done. */
export type Command = (input: LedgerCommandInput) => Promise<number>;

/** Prints a fault as the one line that it is. */
export async function tellingFaults(say: LedgerCommandInput['say'], work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    say(`NOT AS RECORDED: ${error.message}.`);
    return 1;
  }
}
