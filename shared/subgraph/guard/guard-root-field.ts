import { defaultFieldResolver } from 'graphql';
import type { AccessRules } from '../../access/decide';
import type { Coordinate, Requirement } from '../../access/labels';
import { childIdsIn } from '../../protocol/child-ids-in';
import type { AccessRecorder } from './guard-accesses';
import { belongTo, emptyValue, type Field, type GuardContext, type Resolve, refuse, whenReady } from './guarding';
import {
  type DecidedByArguments,
  type FilteredInSql,
  type Finder,
  filtersInUse,
  isFilteredInSql,
  type RootFinder,
} from './resource-finders';

/**
 * A root field that finds one object decides by its record before answering: an object that is hidden from the caller is
 * answered, and recorded, exactly like a missing one. Only a refusal for every record is visible. A field that lists
 * objects filters in SQL and is decided row by row there (`visibleRows`); its resolver returns an empty page to a caller
 * who may see no row.
 */
export function guardRootField(
  field: Field,
  coordinate: Coordinate,
  requirement: Requirement | undefined,
  find: RootFinder<GuardContext>,
  { labels, rules, accesses }: RootGuard,
): void {
  if (requirement === undefined) throw new Error(`The root field ${coordinate} has no label.`);
  if (find === undefined)
    throw new Error(`The root field ${coordinate} has neither a record finder nor filteredInSql.`);
  if (isFilteredInSql(find)) refuseUntranslatable(coordinate, requirement, find, labels, rules);
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  const answer = isFilteredInSql(find)
    ? listAnswer(requirement, find, { labels, rules, accesses }, resolve)
    : singleAnswer(field, coordinate, requirement, find, accesses, resolve);
  const guarded: Resolve = (source, args, context, info) => {
    const impossible = context.decisions.unmet(requirement, undefined);
    if (impossible.length === 0) return answer(source, args, context, info);
    accesses.refused(impossible, childIdsIn(args), context);
    refuse(coordinate, impossible, context, info);
    return isFilteredInSql(find) ? resolve(source, args, context, info) : emptyValue(field);
  };
  field.resolve = guarded as typeof field.resolve;
}

/** Input for the guards of all root fields. */
export interface RootGuard {
  readonly labels: ReadonlyMap<Coordinate, Requirement>;
  readonly rules: AccessRules;
  readonly accesses: AccessRecorder;
}

// Private:

function listAnswer(
  requirement: Requirement,
  find: FilteredInSql,
  { labels, accesses }: RootGuard,
  resolve: Resolve,
): Resolve {
  return (source, args, context, info) => {
    // A list's filter reveals a fact about everyone on the list.
    const inUse = filtersInUse(find, args as object);
    const filters = inUse.flatMap((filter) => labels.get(filter) ?? []);
    const asked = filters.length === 0 ? [requirement] : [requirement, filters];
    accesses.root(asked, undefined, context, info, childIdsIn(args));
    for (const filter of inUse) {
      const unmet = context.decisions.unmet(labels.get(filter) ?? [], undefined);
      if (unmet.length > 0) refuse(filter, unmet, context, info);
    }
    return resolve(source, args, context, info);
  };
}

function singleAnswer(
  field: Field,
  coordinate: Coordinate,
  requirement: Requirement,
  find: Finder<GuardContext> | DecidedByArguments<GuardContext>,
  accesses: AccessRecorder,
  resolve: Resolve,
): Resolve {
  const refusalTells = typeof find === 'object';
  const resourceOf = typeof find === 'object' ? find.byArguments : find;
  return (source, args, context, info) =>
    whenReady(resourceOf(args, context), (record) => {
      const unmet = context.decisions.unmet(requirement, record);
      if (record === null || unmet.length > 0) {
        // Also records children that were not found.
        accesses.refused(requirement, childIdsIn(args), context);
        if (refusalTells) refuse(coordinate, unmet, context, info);
        return emptyValue(field);
      }
      accesses.root([requirement], record, context, info);
      return whenReady(resolve(source, args, context, info), (value) => {
        accesses.found(value, [], context, info);
        return belongTo(record, value, context);
      });
    });
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
