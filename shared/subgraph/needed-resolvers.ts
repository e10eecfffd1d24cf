import type { GraphQLScalarType } from 'graphql';

/**
 * The resolvers that an agency must define. A field needs none if its source has a property or method of its name, or a
 * column (`receivedAt` is answered by `received_at`), of a fitting type: `resolveFromColumns` reads these at run time.
 * Scalars are the same for all agencies, which leave them out.
 *
 * @typeParam All resolvers by type and field, as generated from the schema.
 * @typeParam Sources the object that each type is resolved from.
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

/** The fields that need a resolver because the source does not answer them. */
type Needed<Fields, Source> = {
  [Field in keyof Fields]: PropertyFor<Field, Source> extends keyof Source
    ? NeededBeside<Source[PropertyFor<Field, Source>], Answer<Fields[Field]>, Field>
    : Field;
}[keyof Fields];

/** The property that answers a field: the one of its name if it exists, otherwise the column. */
type PropertyFor<Field, Source> = Field extends keyof Source ? Field : Field extends string ? ColumnOf<Field> : never;

/** `receivedAt` -> `received_at` */
type ColumnOf<Field extends string> = Field extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${ColumnOf<Rest>}`
  : '';

type NeededBeside<Property, Answer, Field> = [Property] extends [Answer | ((...given: never[]) => Answer)]
  ? never
  : Field;

type Answer<Resolver> = Resolver extends (...given: never[]) => infer Result ? Result : never;
