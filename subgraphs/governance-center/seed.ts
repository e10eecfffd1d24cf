import { createHash } from 'node:crypto';
import { AGENCIES, enumName } from '../../shared/domain/agencies';
import type { Role } from '../../shared/domain/caller';
import { addDays, at } from '../../shared/domain/dates';
import { isWithin } from '../../shared/domain/regions';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../shared/synthetic/child';
import type { District } from '../../shared/synthetic/district';
import { COUNTY, NEIGHBOUR_COUNTY, REGIONS } from '../../shared/synthetic/geography';
import { OFFICERS, responsibleFor } from '../../shared/synthetic/officers';
import { type Draws, drawsFor } from '../../shared/synthetic/random';

const ALL_AGENCIES = AGENCIES.map(enumName);
const STEPS = ['DISCOVERED', 'ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED'];
const DAYS_TO_NEXT_VISIT: Readonly<Record<string, number>> = { RED: 1, ORANGE: 7, YELLOW: 30 };

/** Days from `today` on which the regular meetings of the county are held: every two weeks. */
const REGULAR_MEETINGS = [-39, -25, -11, 3, 17, 31];
const STORY_MEETING = 3;
/** A docket stays at what a meeting can deal with. */
const DOCKET_SHARE = 0.1;

/** What the governance centre writes down: pseudonyms and regions, its assessments, and the work on cases. */
export const seed: AgencySeed = {
  tables: [
    'region',
    'child',
    'risk_assessment',
    'protection_assignment',
    'case_file',
    'case_child',
    'case_step',
    'joint_meeting',
    'docket_item',
    'task',
    'clue',
    'clue_reporter',
    'tracked_deadline',
    'participation',
  ],
  ofDistrict: (district) => ({
    region: REGIONS.map(({ code, name, level }) => ({ code, name, level, valid_from: '2020-01-01' })),
    joint_meeting: REGULAR_MEETINGS.map((days) => ({
      meeting_id: meetingId(district, days),
      title: `未成年人保护联席会议（${addDays(district.today, days).slice(0, 7)}）`,
      kind: 'REGULAR',
      held_at: at(addDays(district.today, days), '09:00'),
      region: COUNTY,
      agencies: ALL_AGENCIES,
    })),
    participation: REGULAR_MEETINGS.flatMap((days) =>
      attending(district, meetingId(district, days), addDays(district.today, days), days),
    ),
  }),
  ofChild(child, id, district) {
    const draws = drawsFor(district.seed, child.index);
    return {
      child: [{ child_id: id, region: child.region }],
      ...assessments(child, id, district, draws),
      ...protection(child, id, district),
      ...caseWork(child, id, district, draws),
      ...tracked(child, id, district),
    };
  },
};

function assessments({ risk }: SyntheticChild, id: string, district: District, draws: Draws) {
  if (risk === null) return {};
  const days = DAYS_TO_NEXT_VISIT[risk.level];
  const nextVisit = days === undefined ? null : addDays(district.today, days);
  const current = {
    child_id: id,
    level: risk.level,
    basis: risk.basis,
    assessed_at: at(risk.assessedAt, '10:00'),
    confirmed_by: '综治中心专干',
    next_visit_due: nextVisit,
    in_force: true,
    practice: '99/2020-1',
  };
  const earlier = {
    ...current,
    level: 'BLUE',
    assessed_at: at(addDays(risk.assessedAt, -120), '10:00'),
    next_visit_due: null,
    in_force: false,
  };
  return { risk_assessment: draws.chance('assessed before', 0.5) ? [earlier, current] : [current] };
}

function protection(
  { circumstances, schooling, events, companionship, index }: SyntheticChild,
  id: string,
  district: District,
) {
  const hardship =
    circumstances.orphan ||
    circumstances.unsupported !== null ||
    circumstances.hardship ||
    circumstances.leftBehind ||
    circumstances.disabled ||
    circumstances.seriouslyIll;
  const assignment = (category: string, leadAgency: string) => ({
    child_id: id,
    category,
    lead_agency: leadAgency,
    responsible: companionship?.safetyOfficer?.name ?? null,
    since: addDays(district.today, -180),
    next_visit_due: addDays(district.today, (index % 40) - 5),
  });
  return {
    protection_assignment: [
      ...(circumstances.singleParent ? [assignment('SINGLE_PARENT', 'WOMENS_FEDERATION')] : []),
      ...(hardship ? [assignment('ORPHAN_OR_HARDSHIP', 'CIVIL_AFFAIRS')] : []),
      ...(schooling?.droppingOut || events.ranAwayAt ? [assignment('MISCONDUCT', 'PUBLIC_SECURITY')] : []),
      // Sealed: in the base table only.
      ...(schooling?.specialEducation ? [assignment('SERIOUS_MISCONDUCT', 'PUBLIC_SECURITY')] : []),
      ...(events.juvenileRecordAt ? [assignment('COMMUNITY_CORRECTION', 'PUBLIC_SECURITY')] : []),
    ],
  };
}

/** Guardianship is assessed yearly, a recommendation is replied to within a month; here as far as the centre was told. */
function tracked({ circumstances, index, story }: SyntheticChild, id: string, district: District) {
  if (!circumstances.leftBehind && circumstances.unsupported === null) return {};
  const reply = {
    deadline_id: uuid(district, 'reply', index),
    kind: 'RECOMMENDATION_REPLY',
    child_id: id,
    agency: 'EDUCATION',
    due_on: addDays(district.today, 20),
    settled_at: null,
  };
  return {
    tracked_deadline: [
      {
        deadline_id: uuid(district, 'guardianship', index),
        kind: 'GUARDIANSHIP_ASSESSMENT',
        child_id: id,
        agency: 'CIVIL_AFFAIRS',
        due_on: addDays(district.today, (index % 300) - 10),
        settled_at: null,
      },
      ...(story === 'left-behind' ? [reply] : []),
    ],
  };
}

function caseWork(child: SyntheticChild, id: string, district: District, draws: Draws) {
  const { risk, events, region, index, story } = child;
  const level = risk?.level;
  const hasCase = level === 'RED' || level === 'ORANGE' || story === 'left-behind';
  const hasClue = hasCase || events.foundAtRiskAt !== null || events.victimisedAt !== null;
  if (!hasClue) return {};

  const openedDays = draws.integer('opened', 5, 60);
  const openedAt = addDays(district.today, -openedDays);
  const caseId = hasCase ? uuid(district, 'case', index) : null;
  const clueId = uuid(district, 'clue', index);
  const clue = {
    clue_id: clueId,
    channel: draws.pick('channel', ['强制报告', '12345热线', '网格摸排', '学校报告', '青春护航信箱']),
    situation: draws.pick('situation', ['监护缺失', '辍学', '离家出走', '疑似侵害']),
    received_at: at(addDays(openedAt, -1), '14:00'),
    region,
    child_id: id,
    case_id: caseId,
    feedback_due: at(addDays(openedAt, 6), '18:00'),
    receipt_number: `XS-${openedAt.replaceAll('-', '')}-${clueId.slice(0, 8).toUpperCase()}`,
    facts: '群众反映，需核实',
    feedback_at: draws.chance('feedback', 0.7) ? at(addDays(openedAt, 4), '11:00') : null,
  };
  const clues = {
    clue: [clue],
    clue_reporter: [{ clue_id: clueId, reporter: draws.pick('reporter', ['班主任', '网格员', '医生', '邻居']) }],
  };
  if (caseId === null || level === undefined) return clues;

  const stepsTaken = draws.integer('steps', 2, STEPS.length);
  const meeting = meetingOf(child, district, draws);
  const task = (topic: string, agency: string, title: string, dueDays: number) => ({
    task_id: uuid(district, `task ${topic}`, index),
    case_id: caseId,
    meeting_id: topic === 'decided' ? (meeting?.id ?? null) : null,
    agency,
    title,
    due_at: at(addDays(district.today, dueDays), '18:00'),
    done_at: null,
    outcome: null,
  });
  return {
    ...clues,
    case_file: [
      {
        case_id: caseId,
        number: `${COUNTY}-${openedAt.slice(0, 4)}-${caseId.slice(0, 6)}`,
        title: '未成年人关爱保护个案',
        level,
        region: region.slice(0, 9),
        step: STEPS[stepsTaken - 1] ?? 'DISCOVERED',
        due_at: at(addDays(district.today, draws.integer('due', -4, 10)), '18:00'),
        agencies: ALL_AGENCIES,
        opened_at: at(openedAt, '09:30'),
        closed_at: null,
        version: stepsTaken,
      },
    ],
    case_child: [{ case_id: caseId, child_id: id }],
    case_step: STEPS.slice(0, stepsTaken).map((step, position) => ({
      case_id: caseId,
      step,
      taken_by: '综治中心专干',
      agency: 'GOVERNANCE_CENTER',
      taken_at: at(addDays(openedAt, position), '10:00'),
      note: null,
    })),
    participation: [
      ...parts(district, HANDLING, region.slice(0, 9), openedAt, index, { case_id: caseId, meeting_id: null }),
      ...(meeting?.confirmed ?? []),
    ],
    ...(meeting && {
      joint_meeting: meeting.own,
      docket_item: [
        {
          meeting_id: meeting.id,
          position: index,
          case_id: caseId,
          decision: meeting.decided ? '由相关单位联合走访，一个月内反馈' : null,
        },
      ],
    }),
    task: [
      task('school', 'EDUCATION', '核实在校情况并反馈', 5),
      ...(meeting?.decided ? [task('decided', 'CIVIL_AFFAIRS', '入户核查监护情况', 14)] : []),
    ],
  };
}

/** A case conference is held for one case; regular meetings are shared. */
function meetingOf({ story, region, index }: SyntheticChild, district: District, draws: Draws) {
  if (story === 'left-behind')
    return { id: meetingId(district, STORY_MEETING), decided: false, own: [], confirmed: [] };
  if (story === 'protected-address') {
    const id = uuid(district, 'conference', index);
    const conference = {
      meeting_id: id,
      title: '个案会商',
      kind: 'CASE_CONFERENCE',
      held_at: at(addDays(district.today, 1), '14:30'),
      region: COUNTY,
      agencies: ALL_AGENCIES,
    };
    const confirmed = attending(district, id, addDays(district.today, 1), index);
    return { id, decided: false, own: [conference], confirmed };
  }
  if (region.startsWith(NEIGHBOUR_COUNTY) || !draws.chance('docket', DOCKET_SHARE)) return null;
  const days = draws.pick('meeting', REGULAR_MEETINGS);
  return { id: meetingId(district, days), decided: days < 0, own: [], confirmed: [] };
}

/** Roles in which officers take part in a case, and in a meeting. */
const HANDLING: readonly Role[] = ['case-worker', 'agency-officer'];
const ATTENDING: readonly Role[] = ['meeting-member', 'meeting-clerk'];

/** Everybody who may attend a meeting of the county. */
function attending(district: District, meeting_id: string, heldOn: string, index: number) {
  return parts(district, ATTENDING, COUNTY, addDays(heldOn, -14), index, { case_id: null, meeting_id });
}

/** That all officers on one line with the region take part was confirmed, by whoever is responsible for them. */
function parts(
  district: District,
  roles: readonly Role[],
  region: string,
  confirmedOn: string,
  index: number,
  reference: { readonly case_id: string | null; readonly meeting_id: string | null },
) {
  return OFFICERS.flatMap((officer) => {
    const head = responsibleFor(officer);
    const onOneLine = isWithin(region, officer.region) || isWithin(officer.region, region);
    if (head === undefined || !onOneLine || !officer.roles.some((role) => roles.includes(role))) return [];
    return [
      {
        participation_id: uuid(
          district,
          `part of ${officer.sub} in ${reference.case_id ?? reference.meeting_id}`,
          index,
        ),
        ...reference,
        officer: officer.sub,
        agency: enumName(officer.agency),
        confirmed_by: head.sub,
        confirmed_at: at(confirmedOn, '09:45'),
      },
    ];
  });
}

const meetingId = (district: District, days: number): string => uuid(district, 'meeting', days);

/** A version 8 UUID (RFC 9562) that follows from the district and what it is for. */
function uuid({ seed }: District, purpose: string, index: number): string {
  const hex = createHash('sha256').update(`${seed}\n${purpose}\n${index}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
