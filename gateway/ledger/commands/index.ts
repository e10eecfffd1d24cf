import { archive } from './archive';
import { checkProof } from './check-proof';
import { checkpoint } from './checkpoint';
import type { LedgerCommand } from './command';
import { proof } from './proof';
import { resume } from './resume';
import { verify } from './verify';

/** The ledger commands by their names on the command line. */
export const LEDGER_COMMANDS: Readonly<Record<string, LedgerCommand>> = {
  'ledger-verify': verify,
  'ledger-checkpoint': checkpoint,
  'ledger-proof': proof,
  'ledger-check-proof': checkProof,
  'ledger-archive': archive,
  'ledger-resume-after-restore': resume,
};
