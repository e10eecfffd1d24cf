import { basisFaults, lawsNotAtHand } from '../../../../developer-kit/legal-basis/basis-faults';
import { chineseNumeral, fromChineseNumeral } from '../../../../developer-kit/legal-basis/chinese-numeral';
import { citationsIn } from '../../../../developer-kit/legal-basis/citation';

test.each([
  [1, '一'],
  [10, '十'],
  [14, '十四'],
  [20, '二十'],
  [99, '九十九'],
  [100, '一百'],
  [104, '一百零四'],
  [110, '一百一十'],
  [114, '一百一十四'],
  [999, '九百九十九'],
  [1010, '一千零一十'],
  [1110, '一千一百一十'],
  [1260, '一千二百六十'],
])('%i is written %s', (number, numeral) => {
  expect(chineseNumeral(number)).toBe(numeral);
  expect(fromChineseNumeral(numeral)).toBe(number);
});

test.each(['', '零', '一十', '一百四', '一百十四', '百', '十百', '14'])(
  '"%s" is not a number of an article',
  (text) => {
    expect(fromChineseNumeral(text)).toBeUndefined();
  },
);

test('laws, articles, paragraphs, items and ranges are read', () => {
  expect(
    citationsIn(
      '未成年人保护法 第九条、第十一条第三款; 个人信息保护法 第十三条第一款第四项、第四条第三项；反家庭暴力法 第二十三条至第三十二条',
    ),
  ).toEqual([
    { law: '未成年人保护法', provisions: [{ article: 9 }, { article: 11, paragraph: 3 }], unreadable: [] },
    {
      law: '个人信息保护法',
      provisions: [
        { article: 13, paragraph: 1, item: 4 },
        { article: 4, item: 3 },
      ],
      unreadable: [],
    },
    { law: '反家庭暴力法', provisions: [{ article: 23, to: 32 }], unreadable: [] },
  ]);
});

test('a law has the same name in brackets, in full, and without a space before its article', () => {
  for (const basis of ['《未成年人保护法》第九条', '中华人民共和国未成年人保护法 第九条', '未成年人保护法第九条']) {
    expect(citationsIn(basis)).toEqual([{ law: '未成年人保护法', provisions: [{ article: 9 }], unreadable: [] }]);
  }
});

const NOT_AN_ARTICLE = 'which is not an article as laws write it: 第九条, 第九条第二款, 第一条至第三条';

test.each<[what: string, basis: string, faults: readonly string[]]>([
  ['a law without an article', '政务数据共享条例', ['cites 政务数据共享条例 without an article']],
  [
    'the same beside a law with one',
    '未成年人保护法 第九条; 政务数据共享条例',
    ['cites 政务数据共享条例 without an article'],
  ],
  ['an article without its law', '第九条', ['cites an article without its law']],
  ['an end after the last law', '未成年人保护法 第九条;', ['cites an article without its law']],
  [
    'an article after the last one',
    '未成年人保护法 第一百三十三条',
    ['cites 未成年人保护法 第一百三十三条, but its last article is 第一百三十二条'],
  ],
  [
    'a range that ends after the last one',
    '反家庭暴力法 第三十条至第三十九条',
    ['cites 反家庭暴力法 第三十九条, but its last article is 第三十八条'],
  ],
  [
    'a range that goes back',
    '反家庭暴力法 第三十二条至第二十三条',
    ['cites 反家庭暴力法 from 第三十二条 back to 第二十三条'],
  ],
  ['a paragraph without its article', '未成年人保护法 第二款', [`cites 未成年人保护法 "第二款", ${NOT_AN_ARTICLE}`]],
  [
    'a numeral that no law writes',
    '未成年人保护法 第一百四条',
    [`cites 未成年人保护法 "第一百四条", ${NOT_AN_ARTICLE}`],
  ],
  ['digits', '未成年人保护法 第九条、第11条', [`cites 未成年人保护法 "第11条", ${NOT_AN_ARTICLE}`]],
  ['words', '未成年人保护法 art. 11', [`cites 未成年人保护法 "art. 11", ${NOT_AN_ARTICLE}`]],
  ['an article that no law at hand has', '某法 第九百九十九条', []],
])('faults of a legal basis: %s', (_, basis, faults) => {
  expect(basisFaults(basis)).toEqual(faults);
});

test('the last article of a law at hand is accepted, and laws not at hand are named', () => {
  const basis = '未成年人保护法 第一百三十二条; 民法典 第一千一百一十条; 社区矫正法 第五十四条';
  expect(basisFaults(basis)).toEqual([]);
  expect(lawsNotAtHand(basis)).toEqual(['民法典', '社区矫正法']);
});
