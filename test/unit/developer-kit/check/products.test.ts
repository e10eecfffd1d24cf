import fc from 'fast-check';
import { asProducts, isIn } from '../../../../developer-kit/check/access/products';

const values = fc.constantFrom('a', 'b', 'c');
const tuples = fc.uniqueArray(fc.tuple(values, values, values), { selector: (tuple) => tuple.join() });

test('products cover every tuple exactly once, and no other', () => {
  fc.assert(
    fc.property(tuples, (given) => {
      const products = asProducts(given);
      const meant = new Set(given.map((tuple) => tuple.join()));
      for (const a of 'abc') {
        for (const b of 'abc') {
          for (const c of 'abc') {
            const count = products.filter((product) => isIn([a, b, c], product)).length;
            expect([a, b, c, count]).toEqual([a, b, c, meant.has([a, b, c].join()) ? 1 : 0]);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('a property of all tuples is one product', () => {
  const all = ['a', 'b', 'c'].flatMap((one) => ['a', 'b'].map((other) => [one, other]));
  expect(asProducts(all)).toEqual([[new Set(['a', 'b', 'c']), new Set(['a', 'b'])]]);
  expect(asProducts([...all, ['d', 'a']])).toHaveLength(2);
});
