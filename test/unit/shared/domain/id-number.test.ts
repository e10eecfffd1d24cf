import fc from 'fast-check';
import { checkDigit, parseIdNumber } from '../../../../shared/domain/id-number';

const seed = Date.now() ^ 0x11643;
const TODAY = '2026-11-22';

const VALID = [
  '99010120130517002X',
  '990101201209030019',
  '990101200902210056',
  '990101201608110067',
  '990102201401050032',
  '990101201111110096',
];

/** Any valid number. */
const idNumbers = fc
  .record({
    region: fc.integer({ min: 0, max: 999_999 }),
    birth: fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date(`${TODAY}T00:00:00Z`), noInvalidDate: true }),
    sequence: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ region, birth, sequence }) => {
    const date = birth.toISOString().slice(0, 10).replaceAll('-', '');
    const first17 = `${String(region).padStart(6, '0')}${date}${String(sequence).padStart(3, '0')}`;
    return first17 + checkDigit(first17);
  });

/** Zero-width characters, direction marks, a byte order mark, spaces of several scripts, and line terminators. */
const UNSEEN = [...'\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202c\u2066\u2069\u00ad\u00a0\u3000 \t\r\n'];

function withCheckDigit(first17: string): string {
  return first17 + checkDigit(first17);
}

describe('resident ID numbers', () => {
  beforeAll(() => console.info(`seed ${seed}`));

  it.each(VALID)('accepts %s', (number) => {
    expect(parseIdNumber(number)).toEqual({ ok: true, value: number });
  });

  it('accepts surrounding whitespace and a lowercase x, and returns one spelling', () => {
    expect(parseIdNumber(' \t99010120130517002x\n')).toEqual({ ok: true, value: '99010120130517002X' });
  });

  it('reads the visible digits, whatever their characters, and ignores invisible ones', () => {
    const spellings = fc.record({
      before: fc.string({ unit: fc.constantFrom(...UNSEEN), maxLength: 4 }),
      after: fc.string({ unit: fc.constantFrom(...UNSEEN), maxLength: 4 }),
      within: fc.constantFrom('', '\u200b', '\u2060', '\ufe0f'),
      at: fc.integer({ min: 1, max: 17 }),
      fullWidth: fc.boolean(),
      last: fc.constantFrom('X', 'x', 'Ｘ', 'ｘ', 'Ⅹ'),
    });
    fc.assert(
      fc.property(idNumbers, spellings, (number, { before, after, within, at, fullWidth, last }) => {
        const digits = fullWidth
          ? number.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))
          : number;
        const spelt = digits.replace('X', last);
        const written = before + spelt.slice(0, at) + within + spelt.slice(at) + after;
        expect(parseIdNumber(written, TODAY)).toEqual({ ok: true, value: number });
      }),
      { seed },
    );
  });

  it.each([
    ['LENGTH', ''],
    ['LENGTH', '9901012013051700'],
    ['LENGTH', '99010120130517002XX'],
    ['LENGTH', '9901 01201209030019'],
    ['CHARACTERS', '99010120130517A02X'],
    ['CHARACTERS', '9901012013051700X2'],
    ['CHARACTERS', '99010120120903001Y'],
    ['LENGTH', `99010120120903001${'9'.repeat(300)}`],
    ['CHECK_DIGIT', '990101201209030018'],
    ['CHECK_DIGIT', '99010120120903001X'],
  ])('reports %s and nothing of the value', (fault, input) => {
    expect(parseIdNumber(input)).toEqual({ ok: false, fault });
  });

  it.each(['18991231', '20130229', '20131301', '20130431', '20130500', '20130010', '20261123', '99990101'])(
    'refuses the birth date %s even if the check digit is correct',
    (birth) => {
      expect(parseIdNumber(withCheckDigit(`990101${birth}002`), TODAY)).toEqual({ ok: false, fault: 'BIRTH_DATE' });
    },
  );

  it.each(['19000101', '20120229', '20261122'])('accepts the birth date %s', (birth) => {
    expect(parseIdNumber(withCheckDigit(`990101${birth}002`), TODAY).ok).toBe(true);
  });

  it('accepts every valid number', () => {
    fc.assert(
      fc.property(idNumbers, (number) => {
        expect(parseIdNumber(number, TODAY)).toEqual({ ok: true, value: number });
      }),
      { seed },
    );
  });

  it('refuses any one mistyped digit and any two neighbours exchanged', () => {
    fc.assert(
      fc.property(idNumbers, fc.nat(16), fc.integer({ min: 1, max: 9 }), (number, position, shift) => {
        const digit = Number(number.charAt(position));
        const mistyped = `${number.slice(0, position)}${(digit + shift) % 10}${number.slice(position + 1)}`;
        expect(parseIdNumber(mistyped, TODAY).ok).toBe(false);

        const [left, right] = [number.charAt(position), number.charAt(position + 1)];
        const exchanged = number.slice(0, position) + right + left + number.slice(position + 2);
        expect(parseIdNumber(exchanged, TODAY).ok).toBe(left === right);
      }),
      { seed },
    );
  });

  it('returns one of four faults for any text and never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const result = parseIdNumber(text, TODAY);
        if (!result.ok) expect(['LENGTH', 'CHARACTERS', 'BIRTH_DATE', 'CHECK_DIGIT']).toContain(result.fault);
      }),
      { seed },
    );
  });
});
