import { inReadingOrder } from '../../../../shared/config/agency-files';

test('files are read in the same order everywhere: a folder before the folders in it, each by name', () => {
  const paths = ['b/access.cedar', 'schema.graphql', 'b/a/access.cedar', 'a/z.cedar', 'access.cedar', 'a/A.cedar'];
  const expected = ['access.cedar', 'a/A.cedar', 'a/z.cedar', 'b/access.cedar', 'b/a/access.cedar'];
  expect(inReadingOrder(paths, '.cedar')).toEqual(expected);
  expect(inReadingOrder(paths.toReversed(), '.cedar')).toEqual(expected);
});

test('files in hidden folders are not read', () => {
  expect(inReadingOrder(['.git/access.cedar', 'a/.old/access.cedar', '.access.cedar'], '.cedar')).toEqual([]);
});
