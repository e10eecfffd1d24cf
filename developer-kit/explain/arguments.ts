import { parseArgs } from 'node:util';
import type { GraphQLError } from 'graphql';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { statedPurpose } from '../../gateway/http/purpose';
import type { StatedPurpose } from '../../gateway/request/stated-purpose';
import { MEETING_KINDS } from '../../shared/access/rule-vocabulary';
import { unknown } from '../../shared/access/suggestions';
import type { Caller } from '../../shared/domain/caller';
import { PURPOSES, REFERENCE_KIND } from '../../shared/domain/purpose';

export type MeetingKind = (typeof MEETING_KINDS)[number];

/** What somebody wants to have explained. */
export interface ExplainArguments {
  readonly caller: Caller;
  readonly stated: StatedPurpose;
  /** As a request states them; for the gateway, where it is asked about a child. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the reference is one that was made up, for the rules to be explained. */
  readonly referenceAssumed: boolean;
  readonly meetingKind: MeetingKind;
  /** `Child.enrolment.school` */
  readonly field: string;
  readonly child: string | undefined;
  readonly json: boolean;
  /** Whether rules are told as well that are about other callers. */
  readonly all: boolean;
  /** Of the running gateway, without a path. */
  readonly url: string;
}

export const USAGE = `Usage: npm run explain -- --as <caller> --purpose <purpose> --field <field> [options]

  --as            one of ${DEMO_CALLERS.map(({ sub }) => sub).join(', ')}
  --purpose       one of ${PURPOSES.join(', ')}
  --field         a field, or a way to one: Enrolment.school, Child.enrolment.school
  --child         the id of a child: asks the running system what this caller is answered about this child
  --reference     case/<id> or meeting/<id>; by rules alone, one that the caller takes part in is assumed
  --meeting-kind  what kind of meeting to assume, by rules alone: ${MEETING_KINDS.join(' or ')}
  --reason        why, for EMERGENCY
  --url           where the system runs (http://127.0.0.1:4000)
  --all           rules about other callers, too
  --json          for programs`;

/** @throws with what is wrong, and what is allowed. */
export function explainArguments(options: readonly string[]): ExplainArguments {
  const values = parsed(options);
  const purpose = among('purpose', values.purpose, PURPOSES);
  const sub = among(
    'caller',
    values.as,
    DEMO_CALLERS.map((caller) => caller.sub),
  );
  const caller = DEMO_CALLERS.find((one) => one.sub === sub) as Caller;
  if (values.field === undefined) throw new Error(`--field is missing.\n\n${USAGE}`);
  if (values.child !== undefined && !values.field.startsWith('Child.')) {
    throw new Error('Of a child, --field is a way that begins with Child, like Child.enrolment.school.');
  }
  const kind = REFERENCE_KIND[purpose];
  const assumed = kind !== undefined && values.reference === undefined && values.child === undefined;
  const reference = assumed ? `${kind}/assumed` : values.reference;
  const headers = {
    'access-purpose': purpose,
    ...(reference !== undefined && { 'access-reference': reference }),
    ...(values.reason !== undefined && { 'access-reason': encodeURIComponent(values.reason) }),
  };
  return {
    caller,
    stated: stated(headers),
    headers,
    referenceAssumed: assumed,
    meetingKind: among('kind of meeting', values['meeting-kind'], MEETING_KINDS),
    field: values.field,
    child: values.child,
    json: values.json,
    all: values.all,
    url: values.url,
  };
}

// Private:

function parsed(options: readonly string[]) {
  try {
    return parseArgs({
      args: [...options],
      options: {
        as: { type: 'string' },
        purpose: { type: 'string' },
        field: { type: 'string' },
        child: { type: 'string' },
        reference: { type: 'string' },
        'meeting-kind': { type: 'string', default: MEETING_KINDS[0] },
        reason: { type: 'string' },
        url: { type: 'string', default: 'http://127.0.0.1:4000' },
        all: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function among<Name extends string>(kind: string, given: string | undefined, known: readonly Name[]): Name {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  const fault = given === undefined ? `The ${kind} is missing` : `This is an ${unknown(kind, given, known)}`;
  throw new Error(`${fault}${fault.endsWith('?') ? '' : '.'} It is one of ${known.join(', ')}.`);
}

/** By what the gateway asks of a request. */
function stated(headers: Readonly<Record<string, string>>): StatedPurpose {
  try {
    return statedPurpose(headers);
  } catch (error) {
    throw new Error(`${(error as GraphQLError).message} Here: --reference, --reason.`);
  }
}
