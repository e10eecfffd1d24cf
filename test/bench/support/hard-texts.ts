const times = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');

const SIX_AGENCIES =
  'risk { level } identity { fullName } household { address } welfare { categories } enrolment { school } protectionOrders { kind } lovingMother { name }';

/** Documents that are as expensive to validate and plan as the limits permit, or more; each number gives a new one. */
export const HARD_TEXTS: Readonly<Record<string, (n: number) => string>> = {
  '100 fragments': (n) =>
    `{ u${n}: child(id: "a") { ${times(100, (i) => `...F${i}`)} } } ${times(100, (i) => `fragment F${i} on Child { id identity { fullName } }`)}`,
  '20 roots over six agencies': (n) => `{ ${times(20, (i) => `a${n}_${i}: child(id: "a") { ${SIX_AGENCIES} }`)} }`,
  'the same field 100 times': (n) =>
    `{ u${n}: child(id: "a") { ${times(100, () => 'household { members { name kinship } }')} } }`,
  '300 fragments, refused': (n) =>
    `{ u${n}: child(id: "a") { ${times(300, (i) => `...F${i}`)} } } ${times(300, (i) => `fragment F${i} on Child { id }`)}`,
};
