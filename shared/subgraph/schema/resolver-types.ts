import type { GraphQLResolveInfo } from 'graphql';

/**
 * What the types that `npm run types` generates from an agency's schema are made of; the same for all agencies. The names
 * are those of graphql-codegen's plugins `typescript` and `typescript-resolvers`.
 */

/** What a nullable field holds: null where there is nothing, never undefined. */
export type Maybe<T> = T | null;

/** The same of what a request brings. */
export type InputMaybe<T> = Maybe<T>;

/** Arguments of which those that are required or have a default are there. One with a default is null where a client says so. */
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: T[P] };

/** What scalars are in code: the driver gives a date as text, and an instant as a Date; what a request brings is checked text. */
export interface Scalars {
  readonly ID: { readonly input: string; readonly output: string };
  readonly String: { readonly input: string; readonly output: string };
  readonly Boolean: { readonly input: boolean; readonly output: boolean };
  readonly Int: { readonly input: number; readonly output: number };
  readonly Float: { readonly input: number; readonly output: number };
  readonly Date: { readonly input: string; readonly output: string };
  readonly DateTime: { readonly input: string; readonly output: Date | string };
  readonly _FieldSet: { readonly input: string; readonly output: string };
}

/** A whole answer may be promised, items of a list may not: the guard decides about each as it is. */
export type ResolverTypeWrapper<T> = T;

/** Resolves one field of a parent. */
export type Resolver<
  Result,
  Parent = Record<PropertyKey, never>,
  Context = Record<PropertyKey, never>,
  Args = Record<PropertyKey, never>,
> = (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Promise<Result> | Result;

/** Finds an entity by the key that another agency's answer has of it. */
export type ReferenceResolver<Result, Reference, Context> = (
  reference: Reference,
  context: Context,
  info: GraphQLResolveInfo,
) => Promise<Result> | Result;

/** The fields of T that a key names: `GraphQLRecursivePick<Child, { id: true }>`. */
export type GraphQLRecursivePick<T, Selection> = {
  [Field in keyof T & keyof Selection]: Selection[Field] extends true ? T[Field] : Picked<T[Field], Selection[Field]>;
};

type Picked<T, Selection> =
  Maybe<T> extends T ? Maybe<PickedItem<NonNullable<T>, Selection>> : PickedItem<T, Selection>;

type PickedItem<T, Selection> = T extends (infer Item)[]
  ? Picked<Item, Selection>[]
  : GraphQLRecursivePick<T, Selection>;
