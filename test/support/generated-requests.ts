import type { ResourceAttributes } from '../../shared/access/compile';
import type { Value } from '../../shared/access/expression';
import type { AccessContext } from '../../shared/protocol/context-token';
import type { Choices } from './choices';
import { CATALOGUE, elementType, UUIDS, VALUES } from './generated-rules';

/**
 * A request of an officer with one or more roles, with or without a grant. Required attributes may be missing, too:
 * then Cedar fails, and the result is compared as well.
 */
export function generatedContext(choices: Choices): AccessContext {
  const mostly = <Item>(make: () => Item) => (choices.chance(0.92) ? make() : undefined);
  const ids = () => choices.several(0, 3, () => choices.one([...VALUES.String, ...UUIDS]));
  const grant = {
    kind: mostly(() => choices.one(VALUES.GrantKind)),
    meetingKind: choices.chance(0.6) ? choices.one(VALUES.MeetingKind) : undefined,
    children: mostly(ids),
    cases: mostly(ids),
    meetings: mostly(ids),
    tasks: mostly(ids),
    assignments: mostly(ids),
    clues: mostly(ids),
    visitsSchool: mostly(() => choices.chance(0.5)),
  };
  const context = {
    caller: {
      sub: 'test',
      name: 'test',
      agency: mostly(() => choices.one(VALUES.Agency)),
      roles: choices.several(1, 3, () => choices.one(VALUES.Role)),
      region: mostly(() => choices.one(VALUES.Region)),
    },
    purpose: mostly(() => choices.one(VALUES.Purpose)),
    reference: null,
    reasonGiven: mostly(() => choices.chance(0.5)),
    grant: choices.chance(0.7) ? grant : null,
  };
  return context as AccessContext;
}

/** Any attribute may be missing, even a required one. @param uuids attributes whose values are UUIDs. */
export function generatedRecord(choices: Choices, uuids: readonly string[] = []): ResourceAttributes {
  const attributes = Object.entries(CATALOGUE.attributes).map(([key, type]) => {
    const name = key.replace('?', '');
    const value = () => (uuids.includes(name) ? choices.one(UUIDS) : generatedValue(choices, type));
    return [name, choices.chance(0.8) ? value() : choices.one([null, undefined])] as const;
  });
  return Object.fromEntries(attributes) as ResourceAttributes;
}

function generatedValue(choices: Choices, type: string): Value {
  const element = elementType(type);
  if (element !== undefined) return choices.several(0, 3, () => generatedValue(choices, element));
  return choices.one<Value>(VALUES[type as keyof typeof VALUES]);
}
