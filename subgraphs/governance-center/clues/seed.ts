import type { Agency } from '../../../shared/domain/agencies';
import { addDays, at } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import { rosterRegion } from '../../../shared/synthetic/places';
import type { Draws } from '../../../shared/synthetic/random';
import { syntheticId } from '../synthetic-id';

/** Recipients by situation, as in `practices.yaml`. */
const RECIPIENTS: Readonly<Record<string, readonly Agency[]>> = {
  监护缺失: ['civil-affairs'],
  辍学: ['education'],
  离家出走: ['public-security'],
  疑似侵害: ['public-security'],
  学生欺凌: ['education'],
};

/**
 * Clues by telephone that nobody has linked to a child yet (12345热线): for civil affairs, and for education.
 */
export function hotlineRows(district: District): Rows {
  return {
    clue: ['监护缺失', '学生欺凌'].map((situation, index) => ({
      clue_id: syntheticId(district, 'hotline', index),
      channel: '12345热线',
      situation,
      recipients: RECIPIENTS[situation] ?? [],
      received_at: at(addDays(district.today, -3 - index), '15:20'),
      region: '990101001',
      child_id: null,
      case_id: null,
      feedback_at: null,
      feedback_due: at(addDays(district.today, 6 - index), '18:00'),
      receipt_number: `XS-${district.today.replaceAll('-', '')}-HOTLINE${index + 1}`,
      facts: '来电反映，需核实',
    })),
  };
}

/**
 * A clue that was reported the day before its case was opened.
 *
 * @param caseId of the resulting case; null without one.
 */
export function clueRows(
  child: SyntheticChild,
  id: string,
  district: District,
  draws: Draws,
  { openedAt, caseId }: { readonly openedAt: string; readonly caseId: string | null },
): Rows {
  const { index } = child;
  const situation = draws.pick('situation', ['监护缺失', '辍学', '离家出走', '疑似侵害']);
  const clueId = syntheticId(district, 'clue', index);
  const clue = {
    clue_id: clueId,
    channel: draws.pick('channel', ['强制报告', '12345热线', '网格摸排', '学校报告', '青春护航信箱']),
    situation,
    recipients: RECIPIENTS[situation] ?? [],
    received_at: at(addDays(openedAt, -1), '14:00'),
    region: rosterRegion(child),
    child_id: id,
    case_id: caseId,
    feedback_due: at(addDays(openedAt, 6), '18:00'),
    receipt_number: `XS-${openedAt.replaceAll('-', '')}-${clueId.slice(0, 8).toUpperCase()}`,
    facts: '群众反映，需核实',
    feedback_at: draws.chance('feedback', 0.7) ? at(addDays(openedAt, 4), '11:00') : null,
  };
  return {
    clue: [clue],
    clue_reporter: [{ clue_id: clueId, reporter: draws.pick('reporter', ['班主任', '网格员', '医生', '邻居']) }],
  };
}
