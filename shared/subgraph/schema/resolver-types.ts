import type { GraphQLResolveInfo } from 'graphql';

/**
 * Building blocks of the types that `npm run types` generates from an agency's schema; the same for all agencies. The
 * names are those of graphql-codegen's plugins `typescript` and `typescript-resolvers`.
 */

/** The value of a nullable field: null if there is none, never undefined. */
export type Maybe<T> = T | null;

/** The same for input values. */
export type InputMaybe<T> = Maybe<T>;

/**
 * Arguments of a field. Those that are required or have a default are present; one with a default can still be null, if
 * the client says so.
 */
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: T[P] };

/**
 * TypeScript types of the scalars. The driver returns a date as text and an instant as a Date; input values are
 * validated text.
 */
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

/** A resolver may return a promise of a list, but not a list of promises: the guard decides about each item. */
export type ResolverTypeWrapper<T> = T;

/** Resolves one field of a parent. */
export type Resolver<
  Result,
  Parent = Record<PropertyKey, never>,
  Context = Record<PropertyKey, never>,
  Args = Record<PropertyKey, never>,
> = (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Promise<Result> | Result;

/** Finds an entity by its key, which another subgraph has returned. */
export type ReferenceResolver<Result, Reference, Context> = (
  reference: Reference,
  context: Context,
  info: GraphQLResolveInfo,
) => Promise<Result> | Result;

/** The fields of T that are part of a key: `GraphQLRecursivePick<Child, { id: true }>`. */
export type GraphQLRecursivePick<T, Selection> = {
  [Field in keyof T & keyof Selection]: Selection[Field] extends true ? T[Field] : Picked<T[Field], Selection[Field]>;
};

type Picked<T, Selection> =
  Maybe<T> extends T ? Maybe<PickedItem<NonNullable<T>, Selection>> : PickedItem<T, Selection>;

type PickedItem<T, Selection> = T extends (infer Item)[]
  ? Picked<Item, Selection>[]
  : GraphQLRecursivePick<T, Selection>;
