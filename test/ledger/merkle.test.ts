import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { LedgerHash } from '../../gateway/ledger/chain';
import { inclusionPath, merkleRoot, rootFromPath } from '../../gateway/ledger/merkle';

const seed = Date.now() ^ 0x9162;
beforeAll(() => console.info(`seed ${seed}`));

const sha256 = (...parts: readonly Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaves = fc.array(fc.uint8Array({ minLength: 1, maxLength: 8 }).map(Buffer.from), {
  minLength: 1,
  maxLength: 70,
});
const hash = fc.constantFrom<LedgerHash>('sm3', 'sha256');

test('the root of seven leaves is that of RFC 9162, section 2.1.5', () => {
  const data = Array.from({ length: 7 }, (_, index) => Buffer.of(index));
  const [a, b, c, d, e, f, j] = data.map((leaf) => sha256(Buffer.of(0), leaf)) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ];
  const node = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right);
  const [g, h, i] = [node(a, b), node(c, d), node(e, f)];
  const [k, l] = [node(g, h), node(i, j)];
  expect(merkleRoot('sha256', data)).toEqual(node(k, l));
  expect(inclusionPath('sha256', data, 0)).toEqual([b, h, l]);
  expect(inclusionPath('sha256', data, 3)).toEqual([c, g, l]);
  expect(inclusionPath('sha256', data, 4)).toEqual([f, j, k]);
  expect(inclusionPath('sha256', data, 6)).toEqual([i, k]);
});

test('the roots equal the known test values of Certificate Transparency', () => {
  const data = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
    (text) => Buffer.from(text, 'hex'),
  );
  const roots = data.map((_, index) => merkleRoot('sha256', data.slice(0, index + 1)).toString('hex'));
  expect(merkleRoot('sha256', []).toString('hex')).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  expect([roots[0], roots[7]]).toEqual([
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ]);
});

test('the path of every leaf of every tree proves it', () => {
  fc.assert(
    fc.property(hash, leaves, fc.nat(), (name, all, pick) => {
      const index = pick % all.length;
      const path = inclusionPath(name, all, index);
      const root = rootFromPath(name, all[index] as Buffer, path, { index, size: all.length });
      expect(root).toEqual(merkleRoot(name, all));
      expect(path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(all.length)));
    }),
    { seed, numRuns: 500 },
  );
});

test('a path proves no other leaf, place or tree, and nothing with a step changed, removed or added', () => {
  fc.assert(
    fc.property(leaves, fc.nat(), fc.nat(), fc.nat({ max: 6 }), (all, pick, other, way) => {
      // Equal leaves are interchangeable, so they are made distinct.
      const distinct = all.map((leaf, index) => Buffer.concat([leaf, Buffer.of(0xff, index)]));
      const index = pick % distinct.length;
      const size = distinct.length;
      const path = [...inclusionPath('sm3', distinct, index)];
      let leaf = distinct[index] as Buffer;
      let place = { index, size };
      if (way === 0) leaf = Buffer.concat([leaf, Buffer.of(0)]);
      if (way === 1) place = { index: index + 1 + (other % size), size };
      if (way === 2) path.push(Buffer.alloc(32, other));
      if (way === 3) path.splice(other % (path.length + 1), 0, Buffer.alloc(32, other));
      if (way === 4 && path.length > 0) path.pop();
      if (way === 5 && path.length > 0) path[other % path.length] = Buffer.alloc(32, other);
      if (way === 6 && path.length > 0) path.shift();
      fc.pre(
        path.length !== inclusionPath('sm3', distinct, index).length || way <= 1 || (way === 5 && path.length > 0),
      );
      const root = rootFromPath('sm3', leaf, path, place);
      expect(root?.equals(merkleRoot('sm3', distinct)) ?? false).toBe(false);
    }),
    { seed, numRuns: 1_000 },
  );
});
