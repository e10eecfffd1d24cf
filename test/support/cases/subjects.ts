import type { Knex } from 'knex';
import { GRANT } from '../../../developer-kit/cases/cases';
import type { Subject } from '../../../developer-kit/cases/expected-answer';
import {
  isConfirmed,
  REFERENCES,
  type ReferenceFacts,
  type ReferenceName,
  type Situation,
  takesPart,
} from '../../../developer-kit/cases/situation';
import type { DataClassName } from '../../../shared/access/catalogue';
import type { ResourceAttributes } from '../../../shared/access/compile';
import { COVERS_NOTHING, type Grant } from '../../../shared/access/grant';
import { connect } from '../../../shared/db/connect';
import { AGENCIES, type Agency, enumName } from '../../../shared/domain/agencies';
import type { ReferenceKind } from '../../../shared/domain/purpose';
import type { AccessContext } from '../../../shared/protocol/context-token';
import { childIdOf, STORY, testDatabase } from '../databases';
import {
  FULL_CHILD,
  FULL_CHILD_ACCESS,
  FULL_CHILD_AMENDMENT,
  FULL_CHILD_ANSWERS,
  FULL_CHILD_CLUE,
  FULL_CHILD_RECORDS,
  FULL_CHILD_STEP,
} from '../full-child';
import { remembered } from '../remembered';

/** What a reference name stands for. */
interface Referred {
  readonly id: string;
  readonly region: string;
  readonly covers: Omit<Grant, 'kind' | 'meetingKind'>;
}

/** A child that situations ask about, with what can be referred to. */
export interface ChildAskedAbout {
  readonly name: string;
  readonly idNumber: string;
  readonly id: string;
  readonly region: string;
  readonly locationProtected: boolean;
  readonly references: Readonly<Partial<Record<ReferenceName, Referred>>>;
  /** The values for a caller who may see everything, by type and path of fields; of lists, the only element. */
  shown(situation: Situation): Readonly<Record<'Child' | 'Query', unknown>>;
}

const LEAD_AGENCY: Agency = 'civil-affairs';
const { case: ofCase, otherCase, meetings, meetingRegion } = FULL_CHILD;

/** The cases on the docket of one of the full child's meetings. */
const casesOn = (meeting: string): readonly string[] =>
  meeting === meetings.civilAffairsOnly.id ? [ofCase.id, otherCase.id] : [ofCase.id];

/** The full child's meetings that a caller knows of who knows of the one asked for: in a meeting, that one alone. */
const meetingsKnown = (situation: Situation) =>
  situation.purpose === 'JOINT_MEETING' && !situation.caller.roles.includes('meeting-clerk')
    ? meetingAskedFor(situation)
    : Object.values(meetings).map(({ id }) => ({ id }));

/** The child with data of every kind at every agency. */
export async function fullChild(): Promise<ChildAskedAbout> {
  const elsewhere = await caseworkOf(STORY.leftBehind);
  const covers = {
    ...COVERS_NOTHING,
    children: [FULL_CHILD.id],
    cases: [ofCase.id],
    meetings: Object.values(meetings).map(({ id }) => id),
  };
  const meeting = ({ id }: { readonly id: string }): Referred => ({
    id,
    region: meetingRegion,
    covers: { ...covers, cases: casesOn(id), meetings: [id] },
  });
  return {
    name: 'the full child',
    idNumber: FULL_CHILD.idNumber,
    id: FULL_CHILD.id,
    region: FULL_CHILD.region,
    locationProtected: false,
    references: {
      ...heldReferences(FULL_CHILD.id, ofCase.region),
      'the case of the child': { id: ofCase.id, region: ofCase.region, covers },
      'another case': elsewhere.case,
      'a regular meeting about the child': meeting(meetings.regular),
      'a case conference about the child': meeting(meetings.conference),
      'a meeting of civil affairs alone about the child': meeting(meetings.civilAffairsOnly),
      'another meeting': elsewhere.meeting,
    },
    shown: (situation) => {
      const meeting = meetingAskedFor(situation);
      return {
        Child: FULL_CHILD_ANSWERS,
        Query: {
          child: { id: FULL_CHILD.id },
          childByIdNumber: { id: FULL_CHILD.id },
          children: { nodes: { id: FULL_CHILD.id } },
          case: {
            number: ofCase.number,
            agencies: AGENCIES.map(enumName).sort(),
            children: { id: FULL_CHILD.id },
            steps: FULL_CHILD_STEP,
            amendments: FULL_CHILD_AMENDMENT,
            tasks: { id: FULL_CHILD.task.id, outcome: FULL_CHILD.outcome },
            meetings: meetingsKnown(situation),
          },
          cases: { nodes: { id: ofCase.id } },
          clue: FULL_CHILD_CLUE,
          clues: { nodes: { id: FULL_CHILD.clue.id } },
          jointMeeting: {
            number: meeting.number,
            minutes: FULL_CHILD.minutes,
            docket: {
              decision: FULL_CHILD.decision,
              decidedAt: FULL_CHILD.decidedAt,
              opinions: { opinion: FULL_CHILD.opinion },
              case: casesOn(meeting.id).map((id) => ({ id })),
            },
          },
          jointMeetings: { nodes: { id: meeting.id } },
          clueReceipt: { receivedAt: FULL_CHILD.clue.receivedAt },
          tasks: {
            nodes: {
              id: FULL_CHILD.task.id,
              outcome: FULL_CHILD.outcome,
              instruction: FULL_CHILD.instruction,
            },
          },
          dueItems: { nodes: { id: FULL_CHILD.task.id, place: { name: FULL_CHILD.town } } },
          emergencyUses: { nodes: { id: FULL_CHILD.emergencyUse } },
          protectionReport: { quarter: '2020Q2' },
          participations: { nodes: { id: FULL_CHILD.participation } },
          duties: { nodes: { id: FULL_CHILD.duty.id } },
          accessLog: { nodes: accessShown() },
          releaseRequests: { nodes: { id: FULL_CHILD.release.id } },
          accessDigest: { day: FULL_CHILD.access.day, counts: { caller: FULL_CHILD.access.caller } },
          grant: { kind: kindOf(situation).toUpperCase() },
        },
      };
    },
  };
}

/** The access to the full child, as the graph shows it to an auditor. */
function accessShown() {
  const { caller, purpose, reference, approvedBy, operation, emergency, outcome } = FULL_CHILD_ACCESS;
  return {
    caller: caller?.id,
    sequence: '1',
    purpose,
    reference,
    approvedBy,
    operationKind: 'QUERY',
    operationName: operation.name,
    operationHash: operation.hash,
    emergencyReason: emergency?.reason,
    emergencyUses: emergency?.uses,
    status: outcome?.status,
    codes: outcome?.codes,
  };
}

/** The child whose address only the police may see. */
export async function childOfProtectedAddress(): Promise<ChildAskedAbout> {
  const idNumber = STORY.protectedAddress;
  const id = childIdOf(idNumber);
  const [own, elsewhere] = await Promise.all([caseworkOf(idNumber), caseworkOf(STORY.leftBehind)]);
  const [household, members] = await atAgency('public-security', (db) => {
    const rows = (table: string) => db.withSchema('base').from(table).where({ child_id: id });
    return Promise.all([rows('household').first(), rows('household_member').orderBy('position')]);
  });
  const rowOf = (agency: Agency, table: string) =>
    atAgency(agency, (db) => db.withSchema('base').from(table).where({ child_id: id }).first());
  const [{ region }, enrolment, plan, visit, order, mother, officer] = await Promise.all([
    rowOf('governance-center', 'child'),
    rowOf('education', 'enrolment'),
    rowOf('education', 'special_needs_plan'),
    rowOf('civil-affairs', 'home_visit'),
    rowOf('procuratorate', 'legal_document'),
    rowOf('womens-federation', 'loving_mother'),
    rowOf('womens-federation', 'safety_officer'),
  ]);
  return {
    name: 'the child of the protected address',
    idNumber,
    id,
    region,
    locationProtected: true,
    references: {
      ...heldReferences(id, own.case.region),
      'the case of the child': own.case,
      'another case': elsewhere.case,
      'a case conference about the child': own.meeting,
      'another meeting': elsewhere.meeting,
    },
    shown: () => ({
      Child: {
        household: {
          address: household.address,
          registeredPlace: household.registered_region,
          residenceRegion: household.residence_region,
          members: members.map(({ kinship }) => ({ kinship })),
        },
        school: enrolment.school,
        enrolment: {
          school: enrolment.school,
          schoolType: enrolment.school_type,
          className: enrolment.class_name,
          boarding: enrolment.boarding,
        },
        specialNeedsPlan: { placement: plan.placement },
        homeVisits: { visitor: visit.visitor, summary: visit.summary },
        protectionOrders: { addressee: order.addressee },
        lovingMother: { name: mother.name },
        safetyOfficer: { name: officer.name },
      },
      Query: {},
    }),
  };
}

/** The record's properties by which the cases file distinguishes answers. */
export const subjectOf = remembered(
  (child: ChildAskedAbout, dataClass: DataClassName, situation: Situation): Subject => {
    const record = resourceOf(child, dataClass, situation);
    return {
      owner: AGENCIES.find((agency) => dataClass.startsWith(`${agency}.`)) ?? LEAD_AGENCY,
      region: record.region as string,
      referenceRegion: referredBy(child, situation)?.region ?? '',
      leadAgency: LEAD_AGENCY,
      helpers: AGENCIES.filter((agency) => [record.helpers ?? []].flat().includes(agency)),
      dueKind: dataClass === 'governance-center.due' ? 'TASK' : undefined,
      locationProtected: child.locationProtected,
    };
  },
);

/** The record's attributes for the rules, specified independently of the agencies' finders. */
export function resourceOf(child: ChildAskedAbout, dataClass: DataClassName, situation: Situation): ResourceAttributes {
  const ofChild = { region: child.region, child: child.id, locationProtected: child.locationProtected };
  const { reference } = situation;
  const ofItsCase = { region: ofCase.region, caseId: ofCase.id, agencies: AGENCIES };
  const facts: ReferenceFacts | null = reference && REFERENCES[reference];
  switch (dataClass) {
    case 'governance-center.village-notice':
      return { ...ofChild, issuer: 'public-security' };
    case 'governance-center.misconduct-support':
      return { ...ofChild, leadAgency: 'public-security', assignment: FULL_CHILD.support };
    case 'governance-center.protection':
      return { ...ofChild, leadAgency: LEAD_AGENCY, assignment: FULL_CHILD.assessment };
    case 'governance-center.visit-note':
      return { ...ofChild, leadAgency: LEAD_AGENCY, writtenFor: FULL_CHILD.writtenFor };
    case 'governance-center.clue':
    case 'governance-center.clue-content':
    case 'governance-center.clue-source':
    case 'governance-center.reporter':
      return {
        ...ofChild,
        caseId: ofCase.id,
        clue: FULL_CHILD.clue.id,
        recipients: [LEAD_AGENCY, 'education'],
        leadRecipient: LEAD_AGENCY,
      };
    case 'governance-center.case':
    case 'governance-center.case-register':
    case 'governance-center.case-process':
    case 'governance-center.narrative':
      return ofItsCase;
    case 'governance-center.access-log':
    case 'governance-center.access-detail':
      return { region: FULL_CHILD.region, owners: AGENCIES };
    case 'governance-center.figures':
      return { region: ofCase.region };
    case 'governance-center.task':
    case 'governance-center.task-note':
      return { ...ofItsCase, assignee: LEAD_AGENCY, task: FULL_CHILD.task.id };
    case 'governance-center.due':
      return { region: ofCase.region, caseId: ofCase.id, assignee: LEAD_AGENCY, due: 'TASK' };
    case 'governance-center.own-part':
      return { region: situation.caller.region, holder: true };
    case 'governance-center.participation':
    case 'governance-center.duty':
    case 'governance-center.opening':
      return { region: ofCase.region, agencies: [LEAD_AGENCY] };
    case 'governance-center.meeting':
      return { region: meetingRegion, meeting: meetingAskedFor(situation).id, agencies: AGENCIES };
    case 'governance-center.docket':
    case 'governance-center.minutes':
      return { region: meetingRegion, meeting: meetingAskedFor(situation).id, agencies: AGENCIES, caseId: ofCase.id };
    case 'governance-center.grant': {
      const referred = referredBy(child, situation);
      if (referred === undefined || facts === null) return { ...ofItsCase, open: true, confirmed: true };
      return {
        confirmed: isConfirmed(situation.caller),
        region: referred.region,
        agencies: facts.attendedBy ?? AGENCIES,
        ...(facts.kind === 'case'
          ? { caseId: referred.id, open: true }
          : {
              meeting: referred.id,
              attends: (facts.attendedBy ?? AGENCIES).includes(situation.caller.agency),
              open: true,
            }),
      };
    }
    default:
      return { ...ofChild, ...FULL_CHILD_RECORDS?.[dataClass] };
  }
}

export function referredBy({ references }: ChildAskedAbout, { reference }: Situation): Referred | undefined {
  return reference === null ? undefined : references[reference];
}

/** The full child's meeting in a situation: the referenced one, or any. */
export function meetingAskedFor({ reference }: Situation): { readonly id: string; readonly number: string } {
  if (reference === 'a case conference about the child') return meetings.conference;
  return reference === 'a meeting of civil affairs alone about the child'
    ? meetings.civilAffairsOnly
    : meetings.regular;
}

/** The kind of the request's reference. */
export function kindOf({ reference }: Situation): ReferenceFacts['kind'] {
  return reference === null ? 'case' : REFERENCES[reference].kind;
}

/** The context that the gateway would sign: a reference that the caller takes no part in grants nothing. */
export const contextOf = remembered((child: ChildAskedAbout, situation: Situation): AccessContext => {
  const { caller, purpose, reasonGiven, reference } = situation;
  const referred = referredBy(child, situation);
  if (reference === null || referred === undefined) {
    return { caller, purpose, reference: null, grant: null, reasonGiven };
  }
  const { kind, meetingKind, visitsSchool = false }: ReferenceFacts = REFERENCES[reference];
  const grant: Grant = { kind, ...(meetingKind && { meetingKind }), ...referred.covers, visitsSchool };
  return {
    caller,
    purpose,
    reference: { kind, id: referred.id },
    grant: takesPart(situation, referred.region) ? grant : null,
    reasonGiven,
  };
});

/** Whether the reference is one officer's own, whose grant tests sign without asking the centre. */
export const isHeld = ({ reference }: Situation): boolean =>
  reference !== null && !REAL_KINDS.includes(REFERENCES[reference].kind);

/** Whether the class of grants is asked about a reference that no database has. */
export const isUnknownGrant = (dataClass: DataClassName, situation: Situation): boolean =>
  dataClass === GRANT && isHeld(situation);

/** Kinds of reference that the children have in the databases. */
const REAL_KINDS: readonly ReferenceKind[] = ['case', 'meeting'];

// Private:

/** The references of one officer, with a grant that is signed for them. */
function heldReferences(child: string, region: string): ChildAskedAbout['references'] {
  const names = (Object.keys(REFERENCES) as ReferenceName[]).filter(
    (name) => !REAL_KINDS.includes(REFERENCES[name].kind),
  );
  return Object.fromEntries(
    names.map((name) => {
      const { kind, covers }: ReferenceFacts = REFERENCES[name];
      const of = covers ? 'own' : 'other';
      const ids = {
        tasks: kind === 'task' ? [covers ? FULL_CHILD.task.id : 'other-task'] : [],
        // An assignment, and help after misconduct, which has the same kind of reference.
        assignments:
          kind === 'protection' ? (covers ? [FULL_CHILD.assessment, FULL_CHILD.support] : ['other-assignment']) : [],
        clues: kind === 'clue' ? [covers ? FULL_CHILD.clue.id : 'other-clue'] : [],
        // An assessment covers the child's cases, and the meetings that have them on the docket.
        ...(kind === 'assessment' &&
          covers &&
          child === FULL_CHILD.id && {
            cases: [ofCase.id],
            meetings: Object.values(meetings).map(({ id }) => id),
          }),
      };
      const children = [covers ? child : childIdOf(STORY.leftBehind)];
      return [name, { id: `${of}-${kind}`, region, covers: { ...COVERS_NOTHING, children, ...ids } }];
    }),
  );
}

/** A story child's case and its meeting, from the governance centre. */
/** A child's case in the tests' district, and a meeting that has it on the docket. */
export async function caseworkOf(idNumber: string): Promise<{ readonly case: Referred; readonly meeting: Referred }> {
  const child_id = childIdOf(idNumber);
  return atAgency('governance-center', async (db) => {
    const { case_id, region } = await db
      .withSchema('base')
      .from('case_child')
      .join('case_file', 'case_file.case_id', 'case_child.case_id')
      .where({ child_id })
      .first('case_file.case_id', 'region');
    const docket = await db.withSchema('base').from('docket_item').where({ case_id }).first();
    const meeting = await db.withSchema('base').from('joint_meeting').where({ meeting_id: docket.meeting_id }).first();
    const covers = { ...COVERS_NOTHING, children: [child_id], cases: [case_id], meetings: [meeting.meeting_id] };
    return {
      case: { id: case_id, region, covers },
      meeting: { id: meeting.meeting_id, region: meeting.region, covers },
    };
  });
}

async function atAgency<Result>(agency: Agency, work: (db: Knex) => Promise<Result>): Promise<Result> {
  const db = connect(testDatabase(agency).ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
