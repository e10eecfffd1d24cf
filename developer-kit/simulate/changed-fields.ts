import type { Graph } from '../../gateway/graph/graph-files';
import type { Coordinate } from '../../shared/access/labels';
import { schemaOf } from './district-system';

/** Fields whose label, mask or type has changed. */
export function changedFields(before: Graph, after: Graph): ReadonlySet<Coordinate> {
  const [old, now] = [before, after].map((graph) => {
    const types = Object.values(schemaOf(graph).getTypeMap());
    return new Map(
      types.flatMap((type) =>
        'getFields' in type
          ? Object.values(type.getFields()).map((field) => {
              const coordinate = `${type.name}.${field.name}`;
              const requirement = graph.supergraph?.requirements.byField.get(coordinate) ?? [];
              const masked = graph.rules.masked.has(coordinate);
              return [coordinate, JSON.stringify([String(field.type), requirement, masked])] as const;
            })
          : [],
      ),
    );
  });
  const all = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return new Set([...all].filter((coordinate) => old?.get(coordinate) !== now?.get(coordinate)));
}

/** All data classes that a field requires, in any of the graphs. */
export function classesBehind(field: Coordinate, graphs: readonly Graph[]): readonly string[] {
  return [...new Set(graphs.flatMap(({ supergraph }) => supergraph?.requirements.byField.get(field)?.flat(2) ?? []))];
}
