import { type GraphQLSchema, getNamedType, isEnumType, isInterfaceType, isObjectType, Kind } from 'graphql';
import { classesOf } from '../../../shared/access/labels';
import { placesOf } from '../definitions';
import type { Finding } from '../finding';
import type { Rule } from './rule';

/**
 * Reports new elements and their requirements as notes. A new value of an enum that answers use is an opening: it may tell
 * what its field did not tell before.
 */
export const additions: Rule = ({ before, after }) => {
  const answered = after.graph === undefined ? new Set<string>() : enumsInAnswers(after.graph.api);
  return [...after.agencies.values()].flatMap(({ agency, definitions }) => {
    const known = before.definitions.get(agency) ?? new Map();
    return [...definitions]
      .filter(([coordinate]) => !known.has(coordinate) && !isPartOfNew(coordinate, definitions, known))
      .map(([coordinate, node]): Finding => {
        const [type = ''] = coordinate.split('.');
        if (node.kind === Kind.ENUM_VALUE_DEFINITION && answered.has(type)) {
          const message = `${coordinate} is a new answer of every field of type ${type}`;
          return { what: 'new value', severity: 'opening', agencies: [agency], message, places: placesOf(node) };
        }
        const classes = classesOf(after.graph?.requirements.get(coordinate) ?? []);
        const asks = classes.length === 0 ? '' : `, which requires ${classes.join(' and ')}`;
        const message = `${coordinate}${asks}`;
        return { what: 'added', severity: 'note', agencies: [agency], message, places: placesOf(node) };
      });
  });
};

// Private:

/** Enums that some field of an object answers with. */
function enumsInAnswers(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) || isInterfaceType(type));
  const answers = types.flatMap((type) => Object.values(type.getFields()).map((field) => getNamedType(field.type)));
  return new Set(answers.filter(isEnumType).map(({ name }) => name));
}

interface Known {
  has(coordinate: string): boolean;
}

/** Parts of a new type or field are reported with it. */
function isPartOfNew(coordinate: string, definitions: Known, known: Known): boolean {
  const owners = [coordinate.split('.')[0] ?? '', coordinate.split('(')[0] ?? ''];
  return owners.some((owner) => owner !== coordinate && definitions.has(owner) && !known.has(owner));
}
