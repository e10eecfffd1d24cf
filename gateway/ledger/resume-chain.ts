import { beginning, type ChainHead, type LedgerHash } from './chain';
import { LedgerConnection } from './connection';
import type { KnownHead } from './head-file';
import { LARGEST_DIFFERENCE } from './ledger-time';
import { headAfter, type Resumption, type ResumptionRow, resumptionOf, resumptionText } from './resumption';
import type { Signer } from './signing';

export interface ResumeOptions {
  readonly ownerUrl: string;
  readonly signer: Signer;
  /** The ends of the chain that gateways know; the furthest counts. */
  readonly known: readonly KnownHead[];
  readonly orderedBy: string;
}

/**
 * Signs that the chain continues although known entries are lost, or although its end is in the future.
 *
 * @returns the signed statement, and the new end of the chain.
 * @throws if nothing is lost, or if entries differ from those that were written: the ledger itself is then in question.
 */
export async function resumeChain(
  options: ResumeOptions,
): Promise<{ readonly resumption: Resumption; readonly head: KnownHead }> {
  const connection = await LedgerConnection.open(options.ownerUrl, { connecting: 10_000, answer: 60_000 });
  try {
    await connection.script('begin isolation level read committed read write; select ledger.lock_chain()');
    const [begun] = await connection.rows<{ hash: LedgerHash }>('select hash from ledger.chain');
    if (begun === undefined) throw new Error('The ledger has not been started.');
    const resumption = await nextResumption(connection, begun.hash, options);
    await connection.rows(
      `insert into ledger.resumption (number, after_seq, after_hash, lost_seq, lost_hash, checkpoint, at, ordered_by,
         algorithm, key_id, signature) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        resumption.number,
        resumption.afterSeq,
        resumption.afterHash,
        resumption.lostSeq,
        resumption.lostHash,
        resumption.checkpoint,
        resumption.at,
        resumption.orderedBy,
        resumption.algorithm,
        resumption.keyId,
        resumption.signature,
      ],
    );
    await connection.script('commit');
    return { resumption, head: { entry: headAfter(begun.hash, resumption), checkpoint: resumption.checkpoint } };
  } finally {
    await connection.close();
  }
}

// Private:

interface EndRow {
  readonly seq: string;
  readonly at: Date;
  readonly hash: Buffer;
}

async function nextResumption(
  connection: LedgerConnection,
  hash: LedgerHash,
  { signer, known, orderedBy }: ResumeOptions,
): Promise<Resumption> {
  const [before] = (
    await connection.rows<ResumptionRow>('select * from ledger.resumption order by number desc limit 1')
  ).map(resumptionOf);
  const end = await endOf(connection, hash, before);
  const [facts] = await connection.rows<{ now: Date; checkpoint: string }>(
    'select ledger.now() as now, (select coalesce(max(number), 0) from ledger.checkpoint) as checkpoint',
  );
  const now = facts?.now ?? new Date();
  const furthest = known.map(({ entry }) => entry).reduce((one, other) => (other.seq > one.seq ? other : one));
  const lost = furthest.seq > end.seq ? furthest : end;
  const checkpoint = Math.max(
    Number(facts?.checkpoint ?? 0),
    before?.checkpoint ?? 0,
    ...known.map((head) => head.checkpoint),
  );
  const shorter = lost.seq > end.seq || checkpoint > Math.max(Number(facts?.checkpoint ?? 0), before?.checkpoint ?? 0);
  if (!shorter) {
    await refuseOther(connection, furthest, end);
    if (Date.parse(end.at) <= now.getTime() + LARGEST_DIFFERENCE)
      throw new Error('Nothing is lost: the ledger reaches the last known entry.');
  }
  const statement = {
    number: (before?.number ?? 0) + 1,
    afterSeq: end.seq,
    afterHash: end.hash,
    lostSeq: lost.seq,
    lostHash: lost.hash,
    checkpoint,
    at: now.toISOString(),
    orderedBy,
    algorithm: signer.algorithm,
    keyId: signer.keyId,
  };
  return { ...statement, signature: signer.sign(resumptionText(hash, statement)) };
}

async function endOf(
  connection: LedgerConnection,
  hash: LedgerHash,
  before: Resumption | undefined,
): Promise<ChainHead> {
  const [row] = await connection.rows<EndRow>(
    `(select seq, at, hash from ledger.entry order by seq desc limit 1)
     union all
     (select last_seq, last_at, last_hash from ledger.archive order by last_seq desc limit 1)
     order by seq desc limit 1`,
  );
  const end = row === undefined ? beginning(hash) : { seq: Number(row.seq), at: row.at.toISOString(), hash: row.hash };
  const resumed = before && headAfter(hash, before);
  return resumed !== undefined && resumed.seq >= end.seq ? resumed : end;
}

async function refuseOther(connection: LedgerConnection, { seq, hash }: ChainHead, end: ChainHead): Promise<void> {
  if (seq === 0 || (seq === end.seq && hash.equals(end.hash))) return;
  const [row] = await connection.rows<{ hash: Buffer }>('select hash from ledger.entry where seq = $1', [seq]);
  if (row?.hash.equals(hash) === true) return;
  throw new Error(
    `Entry ${seq} differs from the one that was written: this is not a restored backup. See npm run ledger:verify.`,
  );
}
