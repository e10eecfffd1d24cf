import { buildSubgraphSchema } from '@apollo/subgraph';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import type { Agency } from '../../shared/domain/agencies';
import { typeDefs } from '../../shared/subgraph/schema/type-defs';
import { everythingOf, fieldsOf } from './worlds/everything-of';

/** What an agency has of a child, by its own schema. */
export interface OfChild {
  readonly agency: Agency;
  /** Names of fields of `Child`, but for its key. */
  readonly fields: readonly string[];
  /** A selection of all that they lead to. */
  readonly everything: string;
}

/** The agencies of whose fields of a child an operation names one, and the others. */
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
