import { defaultFieldResolver } from 'graphql';
import { failure } from '../errors';
import { pseudonymsIn } from '../pseudonyms-in';
import { type LookGuard, subjectsOf } from './guard-looks';
import { belongTo, type Field, type GuardContext, type Resolve, refuse, whenReady } from './guarding';
import type { Coordinate, Requirement } from './labels';
import type { RootFinder } from './record-finders';

/**
 * A mutation is decided by the rules for `write` and by the record of what it changes, before anything is written. What it
 * answers is decided like everything that is read. A refusal always says so: whoever acts must know that nothing happened.
 *
 * @throws where it has no label, or nobody said what it changes.
 */
export function guardMutation(
  field: Field,
  coordinate: Coordinate,
  requirement: Requirement | undefined,
  find: RootFinder<GuardContext>,
  looks: LookGuard,
): void {
  if (requirement === undefined) throw new Error(`The mutation ${coordinate} has no label.`);
  if (typeof find !== 'function') throw new Error(`The mutation ${coordinate} has no record finder.`);
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  const guarded: Resolve = (source, args, context, info) => {
    const { decisions } = context;
    const impossible = decisions.unmetToWrite(requirement, undefined, field.name);
    const named = pseudonymsIn(args);
    if (impossible.length > 0) {
      looks.refused(impossible, named, context);
      refuse(coordinate, impossible, context, info);
      return null;
    }
    return whenReady(find(args, context), (record) => {
      if (record === null) throw failure('RECORD_NOT_FOUND');
      const unmet = decisions.unmetToWrite(requirement, record, field.name);
      const children = new Set([...subjectsOf(record), ...named]);
      if (unmet.length > 0) {
        looks.refused(unmet, [...children], context);
        refuse(coordinate, unmet, context, info);
        return null;
      }
      looks.written(requirement, [...children], context);
      return whenReady(resolve(source, args, context, info) as never, (value) => belongTo(record, value, context));
    });
  };
  field.resolve = guarded as typeof field.resolve;
}
