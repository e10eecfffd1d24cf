import {
  type BreakingChange,
  type DangerousChange,
  findBreakingChanges,
  findDangerousChanges,
  isEnumType,
  isInputObjectType,
  validate,
} from 'graphql';
import { definedAt } from '../defined-at';
import type { Finding } from '../finding';
import { documentOf, operationUses } from '../operation-uses';
import type { RegisteredOperation } from '../proposal';
import type { Rule } from './rule';

/**
 * Reports breaking changes against the committed schema, by the rules of graphql-js, with the registered operations
 * that use the changed element. A change of an unused element may still break unregistered clients.
 */
export const breakingChanges: Rule = (reading) => {
  const [before, after] = [reading.before.graph.api, reading.after.graph?.api];
  if (after === undefined) return [];
  const operations = reading.operations.map((operation) => ({
    operation,
    uses: operationUses(operation.text, before),
  }));
  const named = new Set<RegisteredOperation>();
  const findingOf = (change: BreakingChange | DangerousChange, breaks: boolean): Finding => {
    const coordinate = coordinateOf(change.description);
    const users = operations.filter(({ uses }) => usesCoordinate(uses, coordinate, before));
    if (breaks) for (const { operation } of users) named.add(operation);
    const whom =
      users.length === 0
        ? 'no registered operation uses it'
        : `${breaks ? 'breaks' : 'concerns'} ${users.map(({ operation }) => nameOf(operation)).join(', ')}`;
    return {
      what: breaks ? 'breaking' : 'default',
      severity: breaks ? 'error' : 'change',
      ...(breaks && { acceptable: true }),
      message: `${change.description.replace(/\.$/, '')}; ${whom}`,
      ...definedAt(reading, coordinate),
    };
  };
  const changes = [
    ...findBreakingChanges(before, after).map((change) => findingOf(change, true)),
    // All other changes that graphql-js calls dangerous are additions.
    ...findDangerousChanges(before, after)
      .filter(({ type }) => type === 'ARG_DEFAULT_VALUE_CHANGE')
      .map((change) => findingOf(change, false)),
  ];
  // Also reports operations that are no longer valid for any other reason.
  const unexplained = operations
    .filter(({ operation }) => !named.has(operation))
    .flatMap(({ operation }) => {
      const document = documentOf(operation.text);
      if (document === undefined || validate(before, document).length > 0) return [];
      const [fault] = validate(after, document);
      if (fault === undefined) return [];
      return [
        {
          what: 'breaking',
          severity: 'error',
          acceptable: true,
          agencies: [],
          message: `${nameOf(operation)}: ${fault.message}`,
          places: [],
        } as const,
      ];
    });
  return [...changes, ...unexplained];
};

// Private:

/** Wordings of graphql-js, with the position of the coordinate. */
const WORDINGS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^(\w+\.\w+) arg (\w+) /, (field, argument) => `${field}(${argument}:)`],
  [/ arg (\w+) on (\w+\.\w+) /, (argument, field) => `${field}(${argument}:)`],
  [/^(\w+\.\w+) /, (field = '') => field],
  [/ field (\w+) on input type (\w+) /, (field, type) => `${type}.${field}`],
  [/^(\w+) was (?:removed from|added to) enum type (\w+)/, (value, type) => `${type}.${value}`],
  [/(?:union type|implemented by) (\w+)/, (type = '') => type],
  [/^(?:Standard scalar )?(\w+) /, (type = '') => type],
];

function coordinateOf(description: string): string {
  for (const [wording, coordinate] of WORDINGS) {
    const found = wording.exec(description);
    if (found !== null) return coordinate(...found.slice(1));
  }
  return '';
}

/** A new argument concerns users of its field; a value or an input field, users of its type. */
function usesCoordinate(
  uses: ReadonlySet<string>,
  coordinate: string,
  schema: Parameters<typeof findBreakingChanges>[0],
): boolean {
  if (uses.has(coordinate)) return true;
  const [field = '', argument] = coordinate.split('(');
  const [type = ''] = field.split('.');
  const definition = schema.getType(type);
  if (isEnumType(definition) || isInputObjectType(definition)) return uses.has(type);
  if (argument === undefined || !('getFields' in (definition ?? {}))) return false;
  const known = schema.getType(type) as { getFields(): Record<string, { args: readonly { name: string }[] }> };
  const isNew = !known
    .getFields()
    [field.slice(type.length + 1)]?.args.some(({ name }) => coordinate.includes(`(${name}:`));
  return isNew && uses.has(field);
}

/** `query Record (examples/record.graphql, 1f241cf0dd8a)` */
function nameOf({ kind, name, file, hash }: RegisteredOperation): string {
  return `${kind} ${name} (${[...(file === undefined ? [] : [file]), hash.slice(0, HASH_SHOWN)].join(', ')})`;
}

/** Number of hash digits to show. */
const HASH_SHOWN = 12;
