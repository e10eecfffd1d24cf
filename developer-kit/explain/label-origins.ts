import { type ConstDirectiveNode, type DocumentNode, Kind, type TypeNode } from 'graphql';
import { askedBy } from '../../gateway/access/requirements';
import type { Coordinate, Requirement } from '../../shared/access/labels';

/** The source of a group in a field's requirement: `label of the field`, `label of the type Enrolment`. */
export type LabelOrigin = (coordinate: Coordinate, group: Requirement[number]) => string;

/** Reads the places of labels from a supergraph. */
export function labelOrigins(supergraph: DocumentNode): LabelOrigin {
  /** Label by type or field. */
  const labels = new Map<string, ReadonlySet<string>>();
  const targets = new Map<Coordinate, string>();
  const read = (place: string, directives: readonly ConstDirectiveNode[] = []) => {
    labels.set(place, new Set(askedBy(directives).map((group) => JSON.stringify(group))));
  };
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    read(type.name.value, type.directives);
    for (const field of type.fields ?? []) {
      const coordinate = `${type.name.value}.${field.name.value}`;
      read(coordinate, field.directives);
      targets.set(coordinate, namedType(field.type));
    }
  }
  return (coordinate, group) => {
    const has = (place: string) => labels.get(place)?.has(JSON.stringify(group)) === true;
    const [type = ''] = coordinate.split('.');
    const target = targets.get(coordinate) ?? '';
    if (has(coordinate)) return 'label of the field';
    if (has(type)) return `label of the type ${type}`;
    if (has(target)) return `label of the type ${target}, which it leads to`;
    return 'label of a type behind it';
  };
}

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));
