import { buildSubgraphSchema } from '@apollo/subgraph';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import type { Agency } from '../../shared/domain/agencies';
import { typeDefs } from '../../shared/subgraph/schema/type-defs';
import { everythingOf, fieldsOf } from './worlds/everything-of';

/** An agency's fields of `Child`, from its schema. */
export interface OfChild {
  readonly agency: Agency;
  /** Names of its fields of `Child`, without the key. */
  readonly fields: readonly string[];
  /** A selection of these fields with everything below them. */
  readonly everything: string;
}

/** The agencies with a field of `Child` in an operation, and the other agencies. */
export function agenciesNamedIn(operation: string): {
  readonly named: readonly OfChild[];
  readonly others: readonly OfChild[];
} {
  const words = new Set(operation.match(/\w+/g));
  const isNamed = ({ fields }: OfChild) => fields.some((name) => words.has(name));
  return { named: ALL.filter(isNamed), others: ALL.filter((one) => !isNamed(one)) };
}

const ALL: readonly OfChild[] = SUBGRAPHS.map(({ agency, folder }) => {
  const schema = buildSubgraphSchema({ typeDefs: typeDefs(folder) });
  const fields = fieldsOf(schema, 'Child').map(({ name }) => name);
  return {
    agency,
    fields: fields.filter((name) => name !== 'id'),
    everything: everythingOf(schema, 'Child', { without: ['Child.id'] }),
  };
});
