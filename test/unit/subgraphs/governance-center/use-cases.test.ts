import { dirname, relative } from 'node:path';
import { Kind, parse } from 'graphql';
import { rowTypes } from '../../../../developer-kit/types/row-types';
import { agencyFiles } from '../../../../shared/config/agency-files';
import governanceCenter from '../../../../subgraphs/governance-center';
import { resolvers } from '../../../../subgraphs/governance-center/resolvers';

const { folder } = governanceCenter;

const USE_CASES = agencyFiles(folder, '.graphql')
  .map(({ path, text }) => ({ name: relative(folder, dirname(path)), definitions: parse(text).definitions }))
  .filter(({ name }) => name !== '');

const typesOf = (useCase: (typeof USE_CASES)[number]): readonly string[] =>
  useCase.definitions.flatMap((one) => (one.kind === Kind.OBJECT_TYPE_DEFINITION ? [one.name.value] : []));

test.each(USE_CASES)('a type of $name has its rows and resolvers in its schema’s folder', async (useCase) => {
  const rows = rowTypes(folder);
  const types = typesOf(useCase);
  for (const type of types) {
    const module = rows.get(`${type}Row`);
    expect([type, module ?? `./${useCase.name}/data`]).toEqual([type, `./${useCase.name}/data`]);
  }
  const own = Object.values(await import(`${folder}/${useCase.name}/resolvers`)) as readonly object[];
  // Several use cases add to `Child`; a type resolved from its own fields needs no resolver.
  const resolved = types.filter((type) => type !== 'Child' && type in resolvers);
  expect(resolved.filter((type) => !own.some((exported) => type in exported))).toEqual([]);
});

test('each part of Query, Mutation and Child is added by one use case', () => {
  const added = USE_CASES.flatMap(({ definitions }) =>
    definitions.flatMap((one) =>
      one.kind === Kind.OBJECT_TYPE_EXTENSION
        ? (one.fields ?? []).map(({ name }) => `${one.name.value}.${name.value}`)
        : [],
    ),
  );
  expect(added.length).toBe(new Set(added).size);
  expect(added).toEqual(expect.arrayContaining(['Query.case', 'Mutation.openCase', 'Child.cases', 'Child.risk']));
});
