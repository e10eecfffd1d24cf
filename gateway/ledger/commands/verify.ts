import { parseArgs } from 'node:util';
import { ProgressBar } from '../../../shared/cli/progress';
import { type VerifiedArchive, verifyArchive } from '../archive/verify-archive';
import { resumptionInWords } from '../resumption';
import type { SignatureVerifier } from '../signing';
import { LedgerFault } from '../verify/ledger-fault';
import { type VerifiedLedger, verifyLedger } from '../verify/verify-ledger';
import type { Command, LedgerCommandInput } from './command';
import { exportedIn, knownKeys, publicKeys, seqOption, withLedger } from './inputs';

/** What a gateway may write at once beyond what makes a checkpoint due. */
const BATCH = 500;
/** For a timer that is late, and for clocks of gateways that differ. */
const LATE_SECONDS = 60;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  checkpoint: { type: 'string' },
  key: { type: 'string', multiple: true, default: [] as string[] },
  'only-key': { type: 'string', multiple: true, default: [] as string[] },
  archive: { type: 'string', multiple: true, default: [] as string[] },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parse>;

/** `npm run ledger:verify`: whether the ledger, or with `--archive` what was taken out of it, is as it was recorded. */
export const verify: Command = async (input) => {
  const values = parse(input.options);
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
};

// Private:

function parse(options: readonly string[]) {
  return parseArgs({ args: [...options], options: OPTIONS }).values;
}

/** With `--only-key`, this machine's own key counts as no other: whoever could have forged with it is who is verified. */
function keysOf(input: LedgerCommandInput, values: Values): Promise<readonly SignatureVerifier[]> {
  const only = values['only-key'];
  if (only.length === 0) return knownKeys(input, values.key);
  if (values.key.length > 0) throw new Error('Name keys with --key, or with --only-key, and not with both.');
  return publicKeys(only);
}

/** By files and keys alone; several must follow on each other. */
async function verifyArchives(input: LedgerCommandInput, values: Values): Promise<readonly VerifiedArchive[]> {
  const keys = await keysOf(input, values);
  const archives: VerifiedArchive[] = [];
  for (const file of values.archive) {
    const archive = await verifyArchive(file, keys);
    const before = archives.at(-1);
    if (before !== undefined && !before.last.hash.equals(archive.before.hash)) {
      throw new LedgerFault(
        { entry: archive.before.seq + 1 },
        `its archive does not follow on that of ${before.month}`,
      );
    }
    archives.push(archive);
  }
  return archives;
}

async function verifyDatabase(input: LedgerCommandInput, values: Values): Promise<VerifiedLedger> {
  const { checkpointEntries, checkpointSeconds } = input.config.settings;
  const keys = await keysOf(input, values);
  const exported = await exportedIn(values.checkpoint);
  const [from, through] = [seqOption(values.from, 'from'), seqOption(values.to, 'to')];
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
    `As recorded${breaks.length > 0 ? ', BUT FOR WHAT WAS LOST' : ''}: ${entries} entries, ${checkpoints} checkpoints, ${hash.toUpperCase()}`,
    ...(archives.length > 0 ? [`${archives.length} months archived, up to entry ${archives.at(-1)?.last.seq}`] : []),
    ...(uncovered > 0 ? [`the youngest ${uncovered} have no checkpoint yet`] : []),
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
