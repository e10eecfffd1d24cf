import { addDays, at } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import { rosterRegion } from '../../../shared/synthetic/places';
import type { Draws } from '../../../shared/synthetic/random';
import { syntheticId } from '../synthetic-id';

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
  const clueId = syntheticId(district, 'clue', index);
  const clue = {
    clue_id: clueId,
    channel: draws.pick('channel', ['强制报告', '12345热线', '网格摸排', '学校报告', '青春护航信箱']),
    situation: draws.pick('situation', ['监护缺失', '辍学', '离家出走', '疑似侵害']),
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
