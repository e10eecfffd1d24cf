import { pino } from 'pino';
import { faultOf } from '../../../../gateway/ledger/entry';
import { type Refusal, RefusalCounts } from '../../../../gateway/ledger/refusal-counts';
import { addressLimiter } from '../../../../gateway/limits/address-limiter';
import { failure } from '../../../../shared/protocol/errors';
import { rememberingLedger } from '../../../support/remembering-ledger';

const refusal = (changes: Partial<Refusal> = {}): Refusal => ({
  caller: null,
  peer: '203.0.113.0/24',
  code: 'UNAUTHENTICATED',
  status: 401,
  detail: null,
  ...changes,
});

function counts() {
  const ledger = rememberingLedger();
  const lines: { event: string; requests: number }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { ledger, lines, refusals: new RefusalCounts({ ledger: () => ledger, clock: () => new Date(), log }) };
}

const total = (entries: readonly { readonly requests: number }[]) =>
  entries.reduce((sum, { requests }) => sum + requests, 0);

test('a hundred thousand refusals from as many networks take little more than a hundred entries, and none is lost', async () => {
  const { ledger, lines, refusals } = counts();
  let logged = 0;
  for (let index = 0; index < 100_000; index += 1) {
    const peer = `10.${index >> 8}.${index & 255}.0/24`;
    logged += Number(refusals.count(refusal({ peer: index % 2 === 0 ? peer : null, status: 401 })));
  }
  await refusals.record();
  expect(ledger.entries.length).toBeLessThanOrEqual(101);
  expect(total(ledger.entries)).toBe(100_000);
  expect(ledger.entries.map(faultOf)).toEqual(ledger.entries.map(() => undefined));
  expect(logged).toBeLessThanOrEqual(5 * 101);
  expect(total(lines)).toBe(100_000);
  await refusals.record();
  expect(total(ledger.entries)).toBe(100_000);
});

test('refusals that cannot be recorded are recorded later, once, with those in between', async () => {
  const { ledger, refusals } = counts();
  const { record } = ledger;
  ledger.record = () => Promise.reject(failure('LEDGER_UNAVAILABLE'));
  for (let minute = 0; minute < 3; minute += 1) {
    refusals.count(refusal());
    refusals.count(refusal({ code: 'METHOD_NOT_ALLOWED', status: 405 }));
    await refusals.record();
  }
  expect(ledger.entries).toEqual([]);
  ledger.record = record;
  await refusals.record();
  expect(ledger.entries.map(({ requests, outcome }) => [requests, outcome?.codes])).toEqual([
    [3, ['UNAUTHENTICATED']],
    [3, ['METHOD_NOT_ALLOWED']],
  ]);
});

test('only an address with too many refusals is refused; an IPv6 /64 counts as one address', () => {
  const addresses = addressLimiter(3);
  for (let index = 0; index < 3; index += 1) {
    addresses.check('203.0.113.7');
    addresses.refused('203.0.113.7');
    addresses.refused(`2001:db8:1:1::${index}`);
  }
  for (const refused of ['203.0.113.7', '2001:db8:1:1::ffff']) {
    expect(() => addresses.check(refused)).toThrow(
      expect.objectContaining({ extensions: expect.objectContaining({ reason: 'ADDRESS' }) }),
    );
  }
  for (const other of ['203.0.113.8', '2001:db8:1:2::1', null]) addresses.check(other);
});
