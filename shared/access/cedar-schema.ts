import { AGENCIES } from '../domain/agencies';
import { ROLES } from '../domain/caller';
import { PURPOSES } from '../domain/purpose';
import type { Catalogue } from './catalogue';

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

const quoted = (names: Iterable<string>): string => [...names].map((name) => JSON.stringify(name)).join(', ');

const list = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, type]) => `  ${name}: ${type},\n`)
    .join('');

/**
 * The Cedar schema that an agency's rules are validated against: common to all, but for the agency's data classes and the
 * attributes of its records. Enumerated entities make a misspelling an error instead of a silent deny.
 */
export function cedarSchema({ classes, attributes }: Catalogue): string {
  return `
entity Agency enum [${quoted(AGENCIES)}];
entity Role enum [${quoted(ROLES)}];
entity Purpose enum [${quoted(PURPOSES)}];
entity GrantKind enum ["case", "meeting"];
entity MeetingKind enum [${quoted(MEETING_KINDS)}];
entity Grade enum [${quoted(GRADES)}];
entity DataClass enum [${quoted(classes.keys())}];

// 区划: Region::"990101001003" in Region::"990101" holds by code prefix.
entity Region in [Region];

entity Officer in [Role] {
${list(PRINCIPAL_ATTRIBUTES)}};

entity Record in [DataClass, Grade] {
${list(attributes)}};

type Grant = {
${list(GRANT_ATTRIBUTES)}};

action ${quoted(ACTIONS)} appliesTo {
  principal: [Officer],
  resource: [Record],
  context: {
${list(CONTEXT_ATTRIBUTES)}},
};
`;
}
