/** The types of attributes in rules, as Cedar's schema language writes them. */
export const ATTRIBUTE_TYPES = ['Bool', 'Long', 'String', 'Agency', 'Region', 'Set<String>', 'Set<Agency>'] as const;

export type AttributeType = (typeof ATTRIBUTE_TYPES)[number];

/** Types of attributes by name; a name with `?` is that of an optional attribute. */
export type Attributes = Readonly<Record<string, AttributeType>>;

/**
 * Attributes of every record: its region, the child that it is about (several for a case), and the mutation that is about
 * to change it.
 */
export const COMMON_ATTRIBUTES: Attributes = { region: 'Region', 'child?': 'String', 'mutation?': 'String' };

/** Attributes of the caller besides roles. */
export const PRINCIPAL_ATTRIBUTES: Attributes = { agency: 'Agency', region: 'Region' };

/** Attributes of the request. */
export const CONTEXT_ATTRIBUTES = { purpose: 'Purpose', reasonGiven: 'Bool', 'grant?': 'Grant' } as const;

/** Attributes of the reference that the caller gave and that is confirmed for them. */
export const GRANT_ATTRIBUTES = {
  kind: 'GrantKind',
  'meetingKind?': 'MeetingKind',
  children: 'Set<String>',
  cases: 'Set<String>',
  meetings: 'Set<String>',
  tasks: 'Set<String>',
  assignments: 'Set<String>',
  clues: 'Set<String>',
  visitsSchool: 'Bool',
} as const;

/** @returns undefined for an unknown attribute. */
export function attributeType(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return [name, `${name}?`].filter((key) => Object.hasOwn(attributes, key)).map((key) => attributes[key])[0];
}

/** Grades of data, least protected first: Data Security Law art. 21. */
export const GRADES = ['general', 'sensitive', 'restricted'] as const;

/** Kinds of meeting in a grant: the GraphQL enum MeetingKind. */
export const MEETING_KINDS = ['REGULAR', 'CASE_CONFERENCE'] as const;

/**
 * The actions of rules. `read` answers clear, `readMasked` masked; `learnRefusal` makes the refusal of a silent class
 * visible, and its rule must not depend on the record; `write` adds to or changes data.
 */
export const ACTIONS = ['read', 'readMasked', 'learnRefusal', 'write'] as const;

export type Action = (typeof ACTIONS)[number];
