import { chineseNumeral } from './chinese-numeral';
import { type Citation, citationsIn, type Provision } from './citation';
import { LAST_ARTICLE } from './last-articles';

/** Faults of a legal basis: what cites no law, no article, or an article that its law does not have. */
export function basisFaults(basis: string): readonly string[] {
  return citationsIn(basis).flatMap(faultsOf);
}

/** Laws of a legal basis whose articles cannot be checked, because {@link LAST_ARTICLE} does not have them. */
export function lawsNotAtHand(basis: string): readonly string[] {
  return citationsIn(basis)
    .filter(({ law, provisions }) => provisions.length > 0 && !LAST_ARTICLE.has(law))
    .map(({ law }) => law);
}

// Private:

/** How the names of laws and of other binding texts end. */
const NAMED_AS_LAWS = /(?:法|典|条例|规定|办法|细则|决定|解释|意见|规则|规程|规范|标准|制度)$/;

function faultsOf({ law, provisions, unreadable }: Citation): readonly string[] {
  if (law === '') return ['cites an article without its law'];
  if (provisions.length === 0 && unreadable.length === 0) return [`cites ${law} without an article`];
  if (!LAST_ARTICLE.has(law) && !NAMED_AS_LAWS.test(law)) return [`cites ${law}, which is not the name of a law`];
  const last = LAST_ARTICLE.get(law) ?? Number.POSITIVE_INFINITY;
  return [
    ...unreadable.map(
      (text) =>
        `cites ${law} "${text}", which is not an article as laws write it: 第九条, 第九条第二款, 第一条至第三条`,
    ),
    ...provisions.flatMap((provision) => outside(law, last, provision)),
  ];
}

function outside(law: string, last: number, { article, to = article }: Provision): readonly string[] {
  if (to < article) return [`cites ${law} from 第${chineseNumeral(article)}条 back to 第${chineseNumeral(to)}条`];
  return to > last
    ? [`cites ${law} 第${chineseNumeral(to)}条, but its last article is 第${chineseNumeral(last)}条`]
    : [];
}
