import type { GraphQLScalarType } from 'graphql';

/**
 * An agency's resolvers, of which none that is needed may be missing: a field can do without where the object that it is
 * resolved from has a property or a method of its name that answers it, or else a column, as at run time: `receivedAt` is
 * answered by `received_at` (`resolveFromColumns`). Scalars are the same for all agencies, which leave them out.
 *
 * @typeParam All resolvers by type and field, as generated from the schema.
 * @typeParam Sources what each type is resolved from.
 */
export type NeededResolvers<All, Sources extends Readonly<Record<keyof All, unknown>>> = {
  readonly [Type in ObjectTypes<All> as Needed<All[Type], Sources[Type]> extends never ? never : Type]: OfType<
    All[Type],
    Needed<All[Type], Sources[Type]>
  >;
} & {
  readonly [Type in ObjectTypes<All> as Needed<All[Type], Sources[Type]> extends never ? Type : never]?: Partial<
    All[Type]
  >;
};

// Private:

type ObjectTypes<All> = {
  [Type in keyof All]: All[Type] extends GraphQLScalarType ? never : Type;
}[keyof All];

type OfType<Fields, NeededField extends keyof Fields> = Pick<Fields, NeededField> & Partial<Omit<Fields, NeededField>>;

/** The fields that an object of the source does not answer. */
type Needed<Fields, Source> = {
  [Field in keyof Fields]: PropertyFor<Field, Source> extends keyof Source
    ? NeededBeside<Source[PropertyFor<Field, Source>], Answer<Fields[Field]>, Field>
    : Field;
}[keyof Fields];

/** What answers a field: the property of its name where there is one, or else the column. */
type PropertyFor<Field, Source> = Field extends keyof Source ? Field : Field extends string ? ColumnOf<Field> : never;

/** `receivedAt` -> `received_at` */
type ColumnOf<Field extends string> = Field extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${ColumnOf<Rest>}`
  : '';

type NeededBeside<Property, Answer, Field> = [Property] extends [Answer | ((...given: never[]) => Answer)]
  ? never
  : Field;

type Answer<Resolver> = Resolver extends (...given: never[]) => infer Result ? Result : never;
