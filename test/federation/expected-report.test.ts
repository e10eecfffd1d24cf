import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getNamedType, isLeafType, isNonNullType } from 'graphql';
import { expectedReport } from '../../gateway/agencies/expected-report';
import { subgraphOperations } from '../../gateway/agencies/subgraph-operation';
import { isAccessTrace } from '../../gateway/agencies/validate-access-trace';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { PROJECT } from '../../shared/config/project-root';

const SUPERGRAPH = readSupergraph(readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8'));
const centre = subgraphOperations(SUPERGRAPH.schema, 'governance-center');
const CHILD = 'C'.repeat(43);

const mutations = Object.values(SUPERGRAPH.schema.getMutationType()?.getFields() ?? {});

test.each(mutations.map((field) => [field.name, field] as const))(
  '%s may report a child whom neither the request nor the answer names, whether it succeeded or not',
  (name, { args, type }) => {
    const given = args.filter((arg) => isNonNullType(arg.type)).map((arg) => `${arg.name}: $x`);
    const below = isLeafType(getNamedType(type)) ? '' : '{ __typename }';
    const fetch = centre(`mutation M($x: Any) { ${name}(${given.join(', ')}) ${below} }`);
    const expected = expectedReport(fetch, { agency: 'governance-center', ...SUPERGRAPH });
    const told = (children: readonly string[]) => ({ children, looks: [], places: [] });
    for (const answered of [null, { __typename: 'X' }, [{ __typename: 'X' }]]) {
      const spoken = { asked: [], named: () => [], data: { [name]: answered } };
      expect(isAccessTrace(told([CHILD]), expected, spoken)).toBe(true);
      const invented = Array.from({ length: 51 }, (_, index) => String(index).padStart(43, 'x'));
      expect(isAccessTrace(told(invented), expected, spoken)).toBe(false);
    }
  },
);
