/** What an attribute can be in a rule, as Cedar's schema language writes it. */
export const ATTRIBUTE_TYPES = ['Bool', 'Long', 'String', 'Agency', 'Region', 'Set<String>', 'Set<Agency>'] as const;

export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** Types of attributes by name; a name that ends in `?` may be missing. */
export type Attributes = Readonly<Record<string, AttributeType>>;

/**
 * What every record has: where it belongs, and the child that it is about (a case is about several); and which mutation is
 * about to change it, where one is.
 */
export const COMMON_ATTRIBUTES: Attributes = { region: 'Region', 'child?': 'String', 'mutation?': 'String' };

/** What rules know of the caller, besides the roles. */
export const PRINCIPAL_ATTRIBUTES: Attributes = { agency: 'Agency', region: 'Region' };

/** What rules know of the request. */
export const CONTEXT_ATTRIBUTES = { purpose: 'Purpose', reasonGiven: 'Bool', 'grant?': 'Grant' } as const;

/** What rules know of the case or meeting that the caller gave as reference and takes part in. */
export const GRANT_ATTRIBUTES = {
  kind: 'GrantKind',
  'meetingKind?': 'MeetingKind',
  children: 'Set<String>',
  cases: 'Set<String>',
  meetings: 'Set<String>',
} as const;

/** @returns undefined where there is no such attribute. */
export function attributeType(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return [name, `${name}?`].filter((key) => Object.hasOwn(attributes, key)).map((key) => attributes[key])[0];
}

/** Grades of data, least protected first: Data Security Law art. 21. */
export const GRADES = ['general', 'sensitive', 'restricted'] as const;

/** Kinds of meeting that a grant can tell apart: the GraphQL enum MeetingKind. */
export const MEETING_KINDS = ['REGULAR', 'CASE_CONFERENCE'] as const;

/**
 * What rules may speak of. `read` answers clear, `readMasked` masked; `learnRefusal` is told of a refusal even where the
 * class keeps silent, which only a rule can permit that looks at no record; `write` adds to or changes what is there.
 */
export const ACTIONS = ['read', 'readMasked', 'learnRefusal', 'write'] as const;

export type Action = (typeof ACTIONS)[number];
