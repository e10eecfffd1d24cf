import type { GraphQLError } from 'graphql';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { statedPurpose } from '../../gateway/http/purpose';
import type { StatedPurpose } from '../../gateway/request/stated-purpose';
import { MEETING_KINDS } from '../../shared/access/rule-vocabulary';
import { unknown } from '../../shared/access/suggestions';
import { readCommandLine, requiredOption, UsageError } from '../../shared/cli/command-line';
import type { Caller } from '../../shared/domain/caller';
import { PURPOSES, REFERENCE_KIND, REFERENCE_KINDS } from '../../shared/domain/purpose';

export type MeetingKind = (typeof MEETING_KINDS)[number];

/** The command line of `npm run explain`. */
export interface ExplainArguments {
  readonly caller: Caller;
  readonly stated: StatedPurpose;
  /** The HTTP headers of such a request, for a question to the gateway about a child. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the reference is assumed: the purpose requires one and none was given, or only its kind. */
  readonly referenceAssumed: boolean;
  readonly meetingKind: MeetingKind;
  /** `Child.enrolment.school` */
  readonly field: string;
  readonly child: string | undefined;
  readonly json: boolean;
  /** Whether to show rules for other callers too. */
  readonly all: boolean;
  /** The running gateway's URL, without a path: `http://127.0.0.1:4000`. */
  readonly url: string;
}

export const USAGE = `Usage: npm run explain -- --as <caller> --purpose <purpose> --field <field> [options]

  --as            one of ${DEMO_CALLERS.map(({ sub }) => sub).join(', ')}
  --purpose       one of ${PURPOSES.join(', ')}
  --field         a field, or a path to one: Enrolment.school, Child.enrolment.school
  --child         a child's id: asks the running system for this caller's answer about that child
  --reference     <kind>/<id>, as ${REFERENCE_KINDS.join(', ')}; without --child, <kind> alone is enough, and one
                  that is confirmed for the caller is assumed
  --meeting-kind  the kind of meeting to assume without --child: ${MEETING_KINDS.join(' or ')}
  --reason        the written reason, for EMERGENCY
  --url           where the system runs (http://127.0.0.1:4000)
  --all           shows rules for other callers too
  --json          prints JSON for programs`;

const OPTIONS = {
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
} as const;

/** @throws UsageError */
export function explainArguments(options: readonly string[]): ExplainArguments {
  const { values } = readCommandLine(USAGE, options, { options: OPTIONS });
  const purpose = among('purpose', values.purpose, PURPOSES);
  const sub = among(
    'caller',
    values.as,
    DEMO_CALLERS.map((caller) => caller.sub),
  );
  const caller = DEMO_CALLERS.find((one) => one.sub === sub) as Caller;
  const field = requiredOption(USAGE, 'field', values.field);
  if (values.child !== undefined && !field.startsWith('Child.')) {
    throw new UsageError(
      'With --child, --field must be a path that begins with Child, like Child.enrolment.school.',
      USAGE,
    );
  }
  const { kinds, required } = REFERENCE_KIND[purpose] ?? { kinds: [], required: false };
  const kind =
    kinds.find((one) => one === values.reference) ?? (values.reference === undefined && required && kinds[0]);
  const assumed = kind !== false && values.child === undefined;
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
    field,
    child: values.child,
    json: values.json,
    all: values.all,
    url: values.url,
  };
}

// Private:

/** @throws UsageError with the known names. */
function among<Name extends string>(kind: string, given: string | undefined, known: readonly Name[]): Name {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  const fault = given === undefined ? `The ${kind} is missing` : `This is an ${unknown(kind, given, known)}`;
  throw new UsageError(`${fault}${fault.endsWith('?') ? '' : '.'} It is one of ${known.join(', ')}.`, USAGE);
}

/** Validates the headers as the gateway does. */
function stated(headers: Readonly<Record<string, string>>): StatedPurpose {
  try {
    return statedPurpose(headers);
  } catch (error) {
    throw new UsageError(`${(error as GraphQLError).message} On this command line: --reference, --reason.`, USAGE);
  }
}
