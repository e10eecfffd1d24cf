import * as fc from 'fast-check';
import { MASK_FORMS, MASKS } from '../../shared/access/mask';
import { SEED } from '../support/choices';

test.each([
  ['林小溪', '林**'],
  ['林', '林**'],
  ['欧阳明月', '欧阳**'],
  ['Smith', 'S**'],
  // A variant of a character, and a compatibility ideograph, stay unchanged.
  ['葛\u{e0100}城', '葛\u{e0100}**'],
  ['欧\u{e0100}阳明', '欧\u{e0100}阳**'],
  ['\uf9d1明', '\uf9d1**'],
  ['', '**'],
])('the name "%s" keeps its family name', (name, shown) => {
  expect(MASKS.NAME(name)).toBe(shown);
});

test.each(['99010120130517002X', '990101201305170038'])(
  'an ID number keeps neither the birth date nor the sex digit',
  (number) => {
    expect(MASKS.ID_NUMBER(number)).toBe('990101************');
  },
);

test.each(['G99010120130517002X', 'G990101201305170038'])(
  'a student number is masked like the ID number in it',
  (number) => {
    expect(MASKS.STUDENT_NUMBER(number)).toBe(`G${MASKS.ID_NUMBER(number.slice(1))}`);
  },
);

test.each([
  ['J201309010012345678', 'J******************'],
  ['L201309010012345678', 'L******************'],
  ['201309010012345678', '******************'],
])('the student number %s keeps its letter', (number, shown) => {
  expect(MASKS.STUDENT_NUMBER(number)).toBe(shown);
});

test.each([
  ['13800001234', '*******1234'],
  ['1234', '*******'],
])('the telephone number %s keeps at most its last four digits', (number, shown) => {
  expect(MASKS.PHONE(number)).toBe(shown);
});

test.each([
  ['青禾县柳溪镇青塘村3组12号', '青禾县柳溪镇****'],
  ['青禾县城关街道和平路镇海小区8号', '青禾县城关街道****'],
  ['某处', '****'],
  ['镇江市丹徒区谷阳镇留村3号', '镇江市丹徒区谷阳镇****'],
  ['江苏省镇江市丹徒区谷阳镇留村3号', '江苏省镇江市丹徒区谷阳镇****'],
  ['江西省景德镇市浮梁县浮梁镇和平路2号', '江西省景德镇市浮梁县浮梁镇****'],
  ['河南省新乡市新乡县七里营镇老乡街1号', '河南省新乡市新乡县七里营镇****'],
  ['云南省镇沅彝族哈尼族拉祜族自治县恩乐镇1号', '云南省镇沅彝族哈尼族拉祜族自治县恩乐镇****'],
  ['甘肃省东乡族自治县锁南镇2号', '甘肃省东乡族自治县锁南镇****'],
  ['浙江省台州市路桥区新桥镇', '浙江省台州市路桥区新桥镇****'],
  ['青禾县镇东街道和平路8号', '青禾县镇东街道****'],
  ['青禾县乡宁街道和平路8号', '青禾县乡宁街道****'],
  ['青禾县中关村街道2号', '青禾县中关村街道****'],
  ['青禾县路口镇2号', '青禾县路口镇****'],
  ['青禾县白音苏木某嘎查', '青禾县白音苏木****'],
  ['青禾县 柳溪镇 青塘村', '青禾县 柳溪镇****'],
  // Without a town, a similar word further down shows nothing.
  ['青禾县青塘村三组老乡饭店', '****'],
  ['青禾县和平路12号镇海小区', '****'],
  ['青禾县阳光小区１２号乡贤楼', '****'],
])('the address %s is cut after the town', (address, shown) => {
  expect(MASKS.ADDRESS(address)).toBe(shown);
});

test('every address with a town keeps the town and nothing below it', () => {
  const above = ['', '青禾县', '江苏省镇江市丹徒区', '河南省新乡市西乡县', '东乡族自治县', '青禾市城区'];
  const towns = ['柳溪镇', '镇川镇', '七里乡', '镇东街道', '乡河乡', '中关村街道', '路口镇', '三合苏木'];
  const below = [
    '镇东村3组12号',
    '乡贤路8号',
    '青塘村老乡街2号',
    '街道里3号',
    '3号镇海小区',
    '县前街',
    '市场路6号',
    '',
  ];
  for (const region of above) {
    for (const town of towns) {
      for (const rest of below) expect(MASKS.ADDRESS(region + town + rest)).toBe(`${region}${town}****`);
    }
  }
});

test('the length of a masked value does not reveal the hidden part', () => {
  const lengths = (form: keyof typeof MASKS, values: readonly string[]) =>
    new Set(values.map((value) => MASKS[form](value).length));
  expect(lengths('NAME', ['林溪', '林小溪', '林小小溪']).size).toBe(1);
  expect(lengths('ADDRESS', ['柳溪镇一组', '柳溪镇青塘村3组12号']).size).toBe(1);
  expect(lengths('ID_NUMBER', ['990101', '99010120130517002X']).size).toBe(1);
});

test.each(MASK_FORMS)('the mask %s leaves its own output unchanged', (form) => {
  const mask = MASKS[form];
  const again = (value: string) => expect(mask(mask(value))).toBe(mask(value));
  for (const value of ['', '*', '****', '林小溪', '欧阳明月', '13800001234', '1234', 'G99010120130517002X', '某处'])
    again(value);
  const parts = fc.constantFrom(
    ...'林欧阳镇乡街道苏木市县区村省组路号*G9013579X-（） \u0301\n',
    '青禾县',
    '柳溪镇',
    '城关街道',
  );
  fc.assert(
    fc.property(
      fc.array(parts, { maxLength: 24 }).map((all) => all.join('')),
      again,
    ),
    { seed: SEED, numRuns: 3_000 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 24 }), again), { seed: SEED });
});
