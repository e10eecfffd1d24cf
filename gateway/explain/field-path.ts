import { type GraphQLField, type GraphQLNamedType, type GraphQLSchema, getNamedType, isCompositeType } from 'graphql';
import type { Coordinate } from '../../shared/access/labels';
import { unknown } from '../../shared/access/suggestions';

/** One field of a path. */
export interface FieldStep {
  readonly coordinate: Coordinate;
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Thrown for a path with an unknown type or field. */
export class UnknownField extends Error {
  /** The known part of the path. */
  readonly steps: readonly FieldStep[];

  constructor(message: string, steps: readonly FieldStep[]) {
    super(message);
    this.steps = steps;
  }
}

/**
 * Parses a path of fields: `Child.enrolment.school` means `Child.enrolment` and `Enrolment.school`. A plain coordinate
 * is a path of one field.
 *
 * @throws UnknownField, whose message suggests the name that was probably meant.
 */
export function fieldPath(schema: GraphQLSchema, path: string): readonly FieldStep[] {
  const [start = '', ...names] = path.split('.');
  const types = Object.values(schema.getTypeMap()).filter(isCompositeType);
  let type: GraphQLNamedType | undefined = types.find(({ name }) => name === start);
  const steps: FieldStep[] = [];
  if (type === undefined) {
    const known = types.map(({ name }) => name).filter((name) => !name.startsWith('_'));
    throw new UnknownField(sentence(`This is an ${unknown('type', start, known)}`), steps);
  }
  if (names.length === 0) throw new UnknownField(`${start} is a type; name a field of it.`, steps);
  for (const name of names) {
    const field = fieldOf(type, name);
    if (field === undefined) throw new UnknownField(faultOf(type, name), steps);
    steps.push({ coordinate: `${type.name}.${name}`, name, field });
    type = getNamedType(field.type);
  }
  return steps;
}

// Private:

type Field = FieldStep['field'];

function fieldOf(type: GraphQLNamedType, name: string): Field | undefined {
  const fields = 'getFields' in type && isCompositeType(type) ? type.getFields() : {};
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function faultOf(type: GraphQLNamedType, name: string): string {
  if (!isCompositeType(type)) return `${type.name} is a value and has no fields.`;
  const known = 'getFields' in type ? Object.keys(type.getFields()) : [];
  return sentence(`Of ${type.name}, this is an ${unknown('field', name, known)}`);
}

const sentence = (words: string): string => `${words}.`.replace(/\?\.$/, '?');
