import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChainedEntry, digest, entryHash, genesis } from '../../gateway/ledger/chain';
import { type Checkpoint, checkpointHash, checkpointText, signatureFault } from '../../gateway/ledger/checkpoint';
import { entryFault } from '../../gateway/ledger/entry';
import { merkleRoot } from '../../gateway/ledger/merkle';
import { proofFault } from '../../gateway/ledger/proof';
import { headAfter, type Resumption, resumptionFault, resumptionText } from '../../gateway/ledger/resumption';
import { type SignatureAlgorithm, signatureVerifier } from '../../gateway/ledger/signing';
import { PROJECT } from '../../shared/config/project-root';

const PAGE = readFileSync(join(PROJECT, 'docs/reference/ledger-format.md'), 'utf8');
const [, EXAMPLE = ''] = PAGE.split('## Worked example');
const HASH = 'sm3';

const found = (pattern: RegExp): readonly string[] => {
  const [, ...groups] = pattern.exec(EXAMPLE) ?? [];
  if (groups.length === 0) throw new Error(`The page has nothing like ${pattern}.`);
  return groups;
};
const bytes = (hex: string | undefined) => Buffer.from(hex ?? '', 'hex');
/** The signature in the code block after the one with this beginning. */
const signatureAfter = (begin: string) =>
  bytes(found(new RegExp(`${begin}[\\s\\S]*?\`\`\`\n\n\`\`\`\n([0-9a-f]+)\n`))[0]);

const KEY = signatureVerifier(found(/```pem\n([\s\S]*?)```/)[0] ?? '');
const BODIES = [...EXAMPLE.matchAll(/```json\n(\{"v":.*)\n```/g)].map(([, body = '']) => body);
const ROWS = [...EXAMPLE.matchAll(/^\| (\d+) \| `([^`]+)` \| `([0-9a-f]{64})` \|$/gm)];

const hashes = ROWS.map(([, , , hash]) => bytes(hash));
const entries: readonly ChainedEntry[] = ROWS.map(([, seq, at = ''], index) => ({
  seq: Number(seq),
  at,
  body: BODIES[index] ?? '',
  previous: hashes[index - 1] ?? genesis(HASH),
  hash: hashes[index] ?? Buffer.of(),
}));
const leaves = entries.map(({ hash }) => hash);

function exampleCheckpoint(): Checkpoint {
  const [number, first, last] = found(/number (\d+)\nentries (\d+) (\d+)\n/).map(Number);
  const [at = ''] = found(/\nentries .*\nat (.*)\n/);
  const [root, lastHash, previous] = found(/\nroot ([0-9a-f]+)\nlast ([0-9a-f]+)\nprevious ([0-9a-f]+)\n/).map(bytes);
  return {
    number: number ?? 0,
    firstSeq: first ?? 0,
    lastSeq: last ?? 0,
    at,
    root: root ?? Buffer.of(),
    lastHash: lastHash ?? Buffer.of(),
    previous: previous ?? Buffer.of(),
    algorithm: KEY.algorithm satisfies SignatureAlgorithm,
    keyId: KEY.keyId,
    signature: signatureAfter('ledger checkpoint v1'),
  };
}

test('the worked example of docs/reference/ledger-format.md is what the code computes', () => {
  expect(entries.length).toBe(3);
  expect(PAGE).toContain(`| \`sm3\` | \`${genesis('sm3').toString('hex')}\` |`);
  expect(PAGE).toContain(`| \`sha256\` | \`${genesis('sha256').toString('hex')}\` |`);
  for (const entry of entries) {
    expect(entryFault(JSON.parse(entry.body))).toBeUndefined();
    expect(entryHash(HASH, entry.previous, entry).toString('hex')).toBe(entry.hash.toString('hex'));
  }
  const [first] = entries;
  if (first === undefined) throw new Error('The page has no entry.');
  expect(EXAMPLE).toContain(`\`${entryHash('sha256', genesis('sha256'), first).toString('hex')}\``);
  expect(EXAMPLE).toContain(`32 + ${Buffer.byteLength(`${first.seq}\n${first.at}\n${first.body}`)} of them`);
  const hexOf = (text: string) =>
    Buffer.from(text)
      .toString('hex')
      .replace(/..(?!$)/g, '$& ');
  expect(EXAMPLE).toContain(`\n${hexOf('1\n')} `);
  expect(EXAMPLE).toContain(`\n${hexOf(`${first.at}\n`)} `);
});

test('its Merkle tree, signed checkpoint and proof are what the code computes', () => {
  const nodes = [
    ...leaves.map((leaf) => digest(HASH, Buffer.of(0), leaf)),
    merkleRoot(HASH, leaves.slice(0, 2)),
    merkleRoot(HASH, leaves),
  ];
  for (const node of nodes) expect(EXAMPLE).toContain(`| \`${node.toString('hex')}\` |`);
  const checkpoint = exampleCheckpoint();
  expect(EXAMPLE).toContain(`\`\`\`\n${checkpointText(HASH, checkpoint)}\`\`\``);
  expect(EXAMPLE).toContain(`its hash \`${checkpointHash(HASH, checkpoint).toString('hex')}\``);
  expect(checkpoint.root).toEqual(merkleRoot(HASH, leaves));
  expect(signatureFault(HASH, checkpoint, [KEY])).toBeUndefined();
  const proof = JSON.parse(found(/```json\n(\{"kind".*)\n```/)[0] ?? '');
  const [, entry] = entries;
  if (entry === undefined) throw new Error('The page has no second entry.');
  expect(proofFault({ hash: proof.hash, entry, path: proof.path.map(bytes), checkpoint }, [KEY])).toBeUndefined();
});

test('its break is what the code computes', () => {
  const [after, afterHash, lost, lostHash] = found(/\nafter (\d+) ([0-9a-f]+)\nlost (\d+) ([0-9a-f]+)\n/);
  const [at = '', orderedBy = ''] = found(/\nat (.*)\nordered (.*)\n/);
  const resumption: Resumption = {
    number: 1,
    afterSeq: Number(after),
    afterHash: bytes(afterHash),
    lostSeq: Number(lost),
    lostHash: bytes(lostHash),
    checkpoint: 1,
    at,
    orderedBy: JSON.parse(orderedBy),
    algorithm: KEY.algorithm,
    keyId: KEY.keyId,
    signature: signatureAfter('ledger resumption v1'),
  };
  expect(EXAMPLE).toContain(`\`\`\`\n${resumptionText(HASH, resumption)}\`\`\``);
  expect(resumption.afterHash).toEqual(entries.at(-1)?.hash);
  expect(resumptionFault(HASH, resumption, [KEY])).toBeUndefined();
  expect(EXAMPLE).toContain(`\`B\` = \`${headAfter(HASH, resumption).hash.toString('hex')}\``);
});
