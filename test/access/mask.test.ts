import { MASKS } from '../../shared/access/mask';

test.each([
  ['林小溪', '林**'],
  ['林', '林**'],
  ['欧阳明月', '欧阳**'],
  ['Smith', 'S**'],
  ['', '**'],
])('of the name "%s", the family name is shown', (name, shown) => {
  expect(MASKS.NAME(name)).toBe(shown);
});

test.each(['99010120130517002X', '990101201305170038'])(
  'of an ID number, neither birth date nor sex digit is shown',
  (number) => {
    expect(MASKS.ID_NUMBER(number)).toBe('990101************');
  },
);

test.each(['G99010120130517002X', 'G990101201305170038'])(
  'a student number is masked in step with the ID number in it',
  (number) => {
    expect(MASKS.STUDENT_NUMBER(number)).toBe(`G${MASKS.ID_NUMBER(number.slice(1))}`);
  },
);

test.each([
  ['J201309010012345678', 'J******************'],
  ['L201309010012345678', 'L******************'],
  ['201309010012345678', '******************'],
])('of the student number %s, the letter is shown', (number, shown) => {
  expect(MASKS.STUDENT_NUMBER(number)).toBe(shown);
});

test.each([
  ['13800001234', '*******1234'],
  ['1234', '*******'],
])('of the telephone number %s, the last four digits are shown at most', (number, shown) => {
  expect(MASKS.PHONE(number)).toBe(shown);
});

test.each([
  ['青禾县柳溪镇青塘村3组12号', '青禾县柳溪镇****'],
  ['青禾县城关街道和平路镇海小区8号', '青禾县城关街道****'],
  ['某处', '****'],
])('the address %s is shown down to the town', (address, shown) => {
  expect(MASKS.ADDRESS(address)).toBe(shown);
});

test('what is hidden does not show by its length', () => {
  const lengths = (form: keyof typeof MASKS, values: readonly string[]) =>
    new Set(values.map((value) => MASKS[form](value).length));
  expect(lengths('NAME', ['林溪', '林小溪', '林小小溪']).size).toBe(1);
  expect(lengths('ADDRESS', ['柳溪镇一组', '柳溪镇青塘村3组12号']).size).toBe(1);
  expect(lengths('ID_NUMBER', ['990101', '99010120130517002X']).size).toBe(1);
});
