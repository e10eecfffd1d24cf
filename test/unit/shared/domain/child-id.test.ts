import { createHash, createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { CHILD_ID, type ChildIdHash, childIds } from '../../../../shared/domain/child-id';
import { parseIdNumber } from '../../../../shared/domain/id-number';
import { children } from '../../../../shared/synthetic/district';
import { STORY } from '../../../support/databases';

const key = Buffer.from('a key of at least thirty-two bytes, for tests');

/** HMAC as RFC 2104 defines it, over the bare hash: a second way to the same value. */
function hmacSm3(text: string): string {
  const block = Buffer.alloc(64);
  key.copy(block);
  const padded = (pad: number) => Buffer.from(block.map((byte) => byte ^ pad));
  const sm3 = (...parts: Buffer[]) => createHash('sm3').update(Buffer.concat(parts)).digest();
  return sm3(padded(0x5c), sm3(padded(0x36), Buffer.from(text))).toString('base64url');
}

test('the pseudonym is the HMAC over the ID number, with SM3 or SHA-256', () => {
  expect(childIds({ key, hash: 'sm3' }).derive(STORY.leftBehind)).toBe(hmacSm3(STORY.leftBehind));
  expect(childIds({ key, hash: 'sha256' }).derive(STORY.leftBehind)).toBe(
    createHmac('sha256', key).update(STORY.leftBehind).digest('base64url'),
  );
});

test('SM3 is the SM3 of GB/T 32905, appendix A', () => {
  expect(createHash('sm3').update('abc').digest('hex')).toBe(
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
  );
});

test('an ID number in lower case or with surrounding blanks gives the same pseudonym', () => {
  const { derive } = childIds({ key, hash: 'sm3' });
  const parsed = parseIdNumber(` ${STORY.leftBehind.toLowerCase()} `);
  expect(parsed.ok && derive(parsed.value)).toBe(derive(STORY.leftBehind));
});

test('another key gives another pseudonym and another fingerprint; the fingerprint does not reveal the key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 64 }), (bytes) => {
      const other = childIds({ key: Buffer.from(bytes), hash: 'sm3' });
      const own = childIds({ key, hash: 'sm3' });
      expect(other.derive(STORY.sealed)).toMatch(CHILD_ID);
      expect(other.derive(STORY.sealed)).not.toBe(own.derive(STORY.sealed));
      expect(other.fingerprint).not.toBe(own.fingerprint);
      expect(own.fingerprint.length).toBeLessThan(20);
    }),
  );
});

test('no two of 20,000 children share a pseudonym', () => {
  const { derive } = childIds({ key, hash: 'sm3' });
  const seen = new Set<string>();
  for (const { person } of children({ seed: 'pseudonyms', size: 20_000, today: '2026-11-22' }))
    seen.add(derive(person.idNumber));
  expect(seen.size).toBe(20_000);
});

test('a runtime without the hash, and a short key, are refused at start with the correction', () => {
  expect(() => childIds({ key, hash: 'md99' as ChildIdHash })).toThrow(/has no MD99; set CHILD_ID_HASH/);
  expect(() => childIds({ key: Buffer.from('short'), hash: 'sm3' })).toThrow(
    /The key of pseudonyms must have at least 32 bytes/,
  );
});
