import { UsageError } from '../../../shared/cli/command-line';
import { ProgressBar } from '../../../shared/cli/progress';
import { type VerifiedArchive, verifyArchive } from '../archive/verify-archive';
import { resumptionInWords } from '../resumption';
import type { SignatureVerifier } from '../signing';
import { LedgerFault } from '../verify/ledger-fault';
import { type VerifiedLedger, verifyLedger } from '../verify/verify-ledger';
import { type LedgerCommandInput, ledgerCommand } from './command';
import { entryNumber, exportedIn, FILES, knownKeys, publicKeys, withLedger } from './inputs';

/** Entries that a gateway may write in one commit after a checkpoint is due. */
const BATCH = 500;
/** Tolerates a late timer, and gateways whose clocks differ. */
const LATE_SECONDS = 60;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  checkpoint: { type: 'string' },
  key: FILES,
  'only-key': FILES,
  archive: FILES,
  json: { type: 'boolean', default: false },
} as const;

interface Values {
  readonly from?: string;
  readonly to?: string;
  readonly checkpoint?: string;
  readonly key: readonly string[];
  readonly 'only-key': readonly string[];
  readonly archive: readonly string[];
  readonly json: boolean;
}

const USAGE = `Usage: npm run ledger:verify -- [options]

  --from, --to   numbers of the first and the last entry to verify
  --checkpoint   an exported checkpoint that the ledger must contain
  --key          a public key to accept besides this machine's own; any number of times
  --only-key     the same, and this machine's own key is not accepted
  --archive      an archive file to verify instead of the database; any number of times, oldest first
  --json         prints JSON for programs`;

/** `npm run ledger:verify`: verifies that the ledger, or an archive named by `--archive`, is as it was recorded. */
export const verify = ledgerCommand(USAGE, OPTIONS, async (values, input) => {
  const tell = (text: string, facts: object) => input.say(values.json ? JSON.stringify(facts) : text);
  try {
    if (values.archive.length > 0) {
      for (const each of await verifyArchives(input, values))
        tell(archiveText(each), { ok: true, ...archiveFacts(each) });
    } else {
      const verified = await verifyDatabase(input, values);
      tell(ledgerText(verified), { ok: true, ...ledgerFacts(verified) });
    }
    return 0;
  } catch (error) {
    if (!(error instanceof LedgerFault)) throw error;
    tell(`NOT AS RECORDED: ${error.message}.`, { ok: false, ...error.place, fault: error.message });
    return 1;
  }
});

// Private:

/** `--only-key` leaves out this machine's own key, for a verifier who suspects those who can sign with it. */
function keysOf(input: LedgerCommandInput, values: Values): Promise<readonly SignatureVerifier[]> {
  const only = values['only-key'];
  if (only.length === 0) return knownKeys(input, values.key);
  if (values.key.length > 0) throw new UsageError('Name keys with --key or with --only-key, not with both.', USAGE);
  return publicKeys(only);
}

/** Needs only files and keys; each archive must continue the one before. */
async function verifyArchives(input: LedgerCommandInput, values: Values): Promise<readonly VerifiedArchive[]> {
  const keys = await keysOf(input, values);
  const archives: VerifiedArchive[] = [];
  for (const file of values.archive) {
    const archive = await verifyArchive(file, keys);
    const before = archives.at(-1);
    if (before !== undefined && !before.last.hash.equals(archive.before.hash)) {
      throw new LedgerFault({ entry: archive.before.seq + 1 }, `its archive does not follow that of ${before.month}`);
    }
    archives.push(archive);
  }
  return archives;
}

async function verifyDatabase(input: LedgerCommandInput, values: Values): Promise<VerifiedLedger> {
  const { checkpointEntries, checkpointSeconds } = input.config.settings;
  const keys = await keysOf(input, values);
  const exported = await exportedIn(values.checkpoint);
  const number = (option: 'from' | 'to') =>
    values[option] === undefined ? undefined : entryNumber(USAGE, option, values[option]);
  const [from, through] = [number('from'), number('to')];
  let progress: ProgressBar | undefined;
  return withLedger(input, (ledger) =>
    verifyLedger(ledger, {
      keys,
      from,
      through,
      exported,
      youngest: { entries: checkpointEntries + BATCH, seconds: checkpointSeconds + LATE_SECONDS },
      onProgress(done, total) {
        if (!input.out.isTTY || values.json) return;
        progress ??= new ProgressBar('Verifying', total, input.out);
        progress.report('entries', done);
      },
    }),
  );
}

function ledgerText({ hash, entries, checkpoints, uncovered, archives, breaks, head }: VerifiedLedger): string {
  return [
    `As recorded${breaks.length > 0 ? ', EXCEPT FOR LOST ENTRIES' : ''}: ${entries} entries, ${checkpoints} checkpoints, ${hash.toUpperCase()}`,
    ...(archives.length > 0 ? [`${archives.length} months archived, up to entry ${archives.at(-1)?.last.seq}`] : []),
    ...(uncovered > 0 ? [`the newest ${uncovered} have no checkpoint yet`] : []),
    ...breaks.map(resumptionInWords),
    `head ${head.seq} of ${head.at}, ${head.hash.toString('hex')}.`,
  ].join('; ');
}

function ledgerFacts({ hash, entries, checkpoints, uncovered, archives, breaks, head }: VerifiedLedger) {
  const archivedThrough = archives.at(-1)?.last.seq ?? 0;
  const lost = breaks.map(({ number, afterSeq, lostSeq, at, orderedBy }) => ({
    number,
    afterSeq,
    lostSeq,
    at,
    orderedBy,
  }));
  const ended = { ...head, hash: head.hash.toString('hex') };
  return { hash, entries, checkpoints, uncovered, archivedThrough, breaks: lost, head: ended };
}

function archiveText({ month, entries, checkpoints, before, last }: VerifiedArchive): string {
  return `As recorded: ${month}, ${entries} entries from ${before.seq + 1} to ${last.seq}, ${checkpoints} checkpoints.`;
}

function archiveFacts({ month, entries, checkpoints, before, last, digest }: VerifiedArchive) {
  return { month, entries, checkpoints, firstSeq: before.seq + 1, lastSeq: last.seq, sha256: digest.toString('hex') };
}
