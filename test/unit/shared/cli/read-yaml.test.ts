import { z } from 'zod';
import { FileFaults, readYaml, YamlFile } from '../../../../shared/cli/read-yaml';

const SHAPE = z.strictObject({
  name: z.string(),
  officers: z.array(z.strictObject({ role: z.enum(['officer', 'head']), region: z.string() })).min(1),
});

const GOOD = `name: 教育
officers:
  - role: officer
    region: '990101'
  - role: head
    region: '990102'
`;

const faultsOf = (yaml: string): readonly string[] => {
  try {
    readYaml(yaml, 'agency.yaml', SHAPE);
    return [];
  } catch (error) {
    if (error instanceof FileFaults) return error.faults;
    throw error;
  }
};

test('a good file is read without faults', () => {
  expect(readYaml(GOOD, 'agency.yaml', SHAPE)).toEqual({
    name: '教育',
    officers: [
      { role: 'officer', region: '990101' },
      { role: 'head', region: '990102' },
    ],
  });
});

test.each([
  ['a wrong value', 'role: head', 'role: boss', /^officers\.1\.role: Invalid option: .* \(agency\.yaml:5\)$/],
  ['a missing key, at its parent', '    region: ', '    # ', /^officers\.0\.region: is missing \(agency\.yaml:3\)$/],
  ['a missing key of the file, at its first line', 'name: 教育', '', /^name: is missing \(agency\.yaml:2\)$/],
  [
    'an unknown key, at that key',
    'name: 教育',
    'name: 教育\ncolour: red',
    /^Unrecognized key: "colour" \(agency\.yaml:2\)$/,
  ],
  ['a key given twice', 'name: 教育', 'name: 教育\nname: 教育', /^Map keys must be unique \(agency\.yaml:2\)$/],
  ['a number instead of a text', "'990102'", '990102', /^officers\.1\.region: .*expected string.* \(agency\.yaml:6\)$/],
])('%s is reported with file and line', (_, from, to, expected) => {
  expect(faultsOf(GOOD.replace(from, to))).toEqual([expect.stringMatching(expected)]);
});

test('every fault of a file is reported at once', () => {
  expect(faultsOf(GOOD.replace('role: head', 'role: boss').replace('name: 教育', 'name: 7'))).toHaveLength(2);
});

test('a text that is not YAML is reported with its line and without its content', () => {
  const [fault = '', ...others] = faultsOf('name: [secret');
  expect(others).toEqual([]);
  expect(fault).toMatch(/ \(agency\.yaml:1\)$/);
  expect(fault).not.toContain('secret');
});

test('scalars can be read as text, and parts have lines', () => {
  const file = new YamlFile('days:\n  - 2026-05-01\n  - 0101\n', 'days.yaml', { asText: true });
  expect(file.read(z.strictObject({ days: z.array(z.string()) }))).toEqual({ days: ['2026-05-01', '0101'] });
  expect([['days'], ['days', 1], ['days', 2], ['months'], []].map((path) => file.lineOf(path))).toEqual([
    1, 3, 1, 1, 1,
  ]);
});

test('a fault in a value derived from the file is reported at its place in the file, or at the part that it was inserted into', () => {
  const file = new YamlFile("officers:\n  - role: head\n    region: '1'\n  - region: 2\n", 'agency.yaml');
  const filledIn = { name: '教育', officers: [{ role: 'head', region: '1' }, { role: 'boss', region: 2 }, {}] };
  const check = () => file.check(filledIn, SHAPE);
  expect(check).toThrow(FileFaults);
  expect(check).toThrow(/officers\.1\.role: Invalid option: .* \(agency\.yaml:4\)/);
  expect(check).toThrow(/officers\.1\.region: .*expected string.* \(agency\.yaml:4\)/);
  expect(check).toThrow(/officers\.2\.region: is missing \(agency\.yaml:1\)/);
});
