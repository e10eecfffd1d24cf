import { defaultFieldResolver } from 'graphql';
import type { Coordinate, Requirement } from '../../access/labels';
import { childIdsIn } from '../../protocol/child-ids-in';
import { failure } from '../../protocol/errors';
import { type AccessRecorder, subjectsOf } from './guard-accesses';
import { belongTo, type Field, type GuardContext, type Resolve, refuse, whenReady } from './guarding';
import { isFilteredInSql, type RootFinder } from './resource-finders';

/**
 * A mutation is decided by the rules for `write` and by the record that it changes, before anything is written. Its result
 * is decided like any read. A refusal is always visible, because the caller must know that nothing happened, but does not
 * reveal whether the record exists: a record that the caller may not change is refused, and recorded, exactly like a
 * missing one.
 *
 * @throws if it has no label or no record finder.
 */
export function guardMutation(
  field: Field,
  coordinate: Coordinate,
  requirement: Requirement | undefined,
  find: RootFinder<GuardContext>,
  accesses: AccessRecorder,
): void {
  if (requirement === undefined) throw new Error(`The mutation ${coordinate} has no label.`);
  if (find === undefined || isFilteredInSql(find)) throw new Error(`The mutation ${coordinate} has no record finder.`);
  const refusalTells = typeof find === 'object';
  const resourceOf = typeof find === 'object' ? find.byArguments : find;
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  const guarded: Resolve = (source, args, context, info) => {
    const { decisions } = context;
    const named = childIdsIn(args);
    const refused = (unmet: Requirement): null => {
      accesses.refused(unmet, named, context);
      refuse(coordinate, unmet, context, info);
      return null;
    };
    const impossible = decisions.unmetToWrite(requirement, undefined, field.name);
    if (impossible.length > 0) return refused(impossible);
    return whenReady(resourceOf(args, context), (record) => {
      const unmet = record === null ? requirement : decisions.unmetToWrite(requirement, record, field.name);
      if (record === null || unmet.length > 0) {
        if (refusalTells) return refused(unmet);
        accesses.refused(requirement, named, context);
        throw failure('RECORD_NOT_FOUND');
      }
      accesses.written(requirement, [...new Set([...subjectsOf(record), ...named])], context);
      return whenReady(resolve(source, args, context, info) as never, (value) => belongTo(record, value, context));
    });
  };
  field.resolve = guarded as typeof field.resolve;
}
