import { defaultFieldResolver } from 'graphql';
import { pseudonymsIn } from '../pseudonyms-in';
import type { AccessRules } from './decide';
import type { LookGuard } from './guard-looks';
import { belongTo, emptyValue, type Field, type GuardContext, type Resolve, refuse, whenReady } from './guarding';
import type { Coordinate, Requirement } from './labels';
import { type FilteredInSql, filtersInUse, type RootFinder } from './record-finders';

/**
 * A root field that finds one thing is decided by that thing's record, and answers null where there is none, provided
 * that the caller could have been answered at all. One that lists things filters in SQL and is decided row by row
 * there (`visibleRows`); its resolver answers an empty page to a caller who may know of no row.
 */
export function guardRootField(
  field: Field,
  coordinate: Coordinate,
  requirement: Requirement | undefined,
  find: RootFinder<GuardContext>,
  { labels, rules, looks }: RootGuard,
): void {
  if (requirement === undefined) throw new Error(`The root field ${coordinate} has no label.`);
  if (find === undefined)
    throw new Error(`The root field ${coordinate} has neither a record finder nor filteredInSql.`);
  const list = typeof find !== 'function';
  if (list) refuseUntranslatable(coordinate, requirement, find, labels, rules);
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  const guarded: Resolve = (source, args, context, info) => {
    const { decisions } = context;
    const impossible = decisions.unmet(requirement, undefined);
    if (impossible.length > 0) {
      looks.refused(impossible, pseudonymsIn(args), context);
      refuse(coordinate, impossible, context, info);
      return list ? resolve(source, args, context, info) : emptyValue(field);
    }
    if (list) {
      // What a list is filtered by shows of everyone who is on it.
      const inUse = filtersInUse(find, args as object);
      const filters = inUse.flatMap((filter) => labels.get(filter) ?? []);
      const asked = filters.length === 0 ? [requirement] : [requirement, filters];
      looks.root(asked, undefined, context, info, pseudonymsIn(args));
      for (const filter of inUse) {
        const unmet = decisions.unmet(labels.get(filter) ?? [], undefined);
        if (unmet.length > 0) refuse(filter, unmet, context, info);
      }
      return resolve(source, args, context, info);
    }
    return whenReady(find(args, context), (record) => {
      if (record === null) {
        // Whom somebody looked for in vain is on record as well.
        looks.asked(requirement, pseudonymsIn(args), context);
        return emptyValue(field);
      }
      looks.root([requirement], record, context, info);
      const unmet = decisions.unmet(requirement, record);
      if (unmet.length === 0) {
        return whenReady(resolve(source, args, context, info), (value) => {
          looks.found(value, [], context, info);
          return belongTo(record, value, context);
        });
      }
      refuse(coordinate, unmet, context, info);
      return emptyValue(field);
    });
  };
  field.resolve = guarded as typeof field.resolve;
}

/** What there is to know of all root fields. */
export interface RootGuard {
  readonly labels: ReadonlyMap<Coordinate, Requirement>;
  readonly rules: AccessRules;
  readonly looks: LookGuard;
}

function refuseUntranslatable(
  coordinate: Coordinate,
  requirement: Requirement,
  { columns, filters }: FilteredInSql,
  labels: ReadonlyMap<Coordinate, Requirement>,
  rules: AccessRules,
): void {
  const asked = [requirement, ...Object.keys(filters).map((filter) => labels.get(filter) ?? [])].flat();
  const [fault] = rules.translationFaults(asked, columns);
  if (fault !== undefined) throw new Error(`${coordinate}: ${fault}`);
}
