import { AGENCIES } from '../domain/agencies';
import { ROLES } from '../domain/caller';
import { PURPOSES, REFERENCE_KINDS } from '../domain/purpose';
import type { Catalogue } from './catalogue';
import {
  ACTIONS,
  CONTEXT_ATTRIBUTES,
  GRADES,
  GRANT_ATTRIBUTES,
  MEETING_KINDS,
  PRINCIPAL_ATTRIBUTES,
} from './rule-vocabulary';

const quoted = (names: Iterable<string>): string => [...names].map((name) => JSON.stringify(name)).join(', ');

const list = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, type]) => `  ${name}: ${type},\n`)
    .join('');

/**
 * Writes the Cedar schema for an agency's rules: the same for all agencies, except for data classes and record
 * attributes. Enumerated entities turn a misspelling into an error instead of a silent deny.
 */
export function cedarSchema({ classes, attributes }: Catalogue): string {
  return `
entity Agency enum [${quoted(AGENCIES)}];
entity Role enum [${quoted(ROLES)}];
entity Purpose enum [${quoted(PURPOSES)}];
entity GrantKind enum [${quoted(REFERENCE_KINDS)}];
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
