import { AGENCIES, enumName } from '../../../shared/domain/agencies';
import { addDays, at } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import { COUNTY } from '../../../shared/synthetic/geography';
import { rosterRegion } from '../../../shared/synthetic/places';
import type { Draws } from '../../../shared/synthetic/random';
import { clueRows } from '../clues/seed';
import { docketRows, meetingOf } from '../meetings/seed';
import { handling } from '../participation/seed';
import { syntheticId } from '../synthetic-id';

const STEPS = ['DISCOVERED', 'ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED'];

/**
 * A clue if the child's circumstances give reason for one, and its case with steps, tasks, meeting and participants.
 */
export function caseWorkRows(child: SyntheticChild, id: string, district: District, draws: Draws): Rows {
  const { risk, events, index, story } = child;
  const region = rosterRegion(child);
  const level = risk?.level;
  const hasCase = level === 'RED' || level === 'ORANGE' || story === 'left-behind';
  if (!hasCase && events.foundAtRiskAt === null && events.victimisedAt === null) return {};
  const openedAt = addDays(district.today, -draws.integer('opened', 5, 60));
  const caseId = hasCase ? syntheticId(district, 'case', index) : null;
  const clues = clueRows(child, id, district, draws, { openedAt, caseId });
  if (caseId === null || level === undefined) return clues;

  const stepsTaken = draws.integer('steps', 2, STEPS.length);
  const meeting = meetingOf(child, district, draws);
  const task = (topic: string, agency: string, kind: string, instruction: string, dueDays: number) => ({
    task_id: syntheticId(district, `task ${topic}`, index),
    case_id: caseId,
    meeting_id: topic === 'decided' ? (meeting?.id ?? null) : null,
    agency,
    kind,
    instruction,
    due_at: at(addDays(district.today, dueDays), '18:00'),
    done_at: null,
    outcome: null,
  });
  const tasks = [
    task('school', 'EDUCATION', '核实情况', '核实在校情况并反馈', 5),
    ...(meeting?.decided ? [task('decided', 'CIVIL_AFFAIRS', '入户走访', '入户核查监护情况', 14)] : []),
  ];
  return {
    ...clues,
    case_file: [
      {
        case_id: caseId,
        number: `${COUNTY}-${openedAt.slice(0, 4)}-${caseId.slice(0, 6)}`,
        level,
        region: region.slice(0, 9),
        step: STEPS[stepsTaken - 1] ?? 'DISCOVERED',
        due_at: at(addDays(district.today, draws.integer('due', -4, 10)), '18:00'),
        agencies: AGENCIES.map(enumName),
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
    participation: [...handling(district, caseId, region.slice(0, 9), openedAt, index), ...(meeting?.confirmed ?? [])],
    ...docketRows(meeting, caseId, child),
    task: tasks,
    task_child: tasks.map(({ task_id }) => ({ task_id, child_id: id })),
  };
}
