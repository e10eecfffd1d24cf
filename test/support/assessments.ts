import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { connect } from '../../shared/db/connect';
import { dutyId } from '../../subgraphs/governance-center/duties/seed';
import { TEST_DISTRICT, testDatabase } from './databases';
import { demoCaller } from './identity-provider';

/**
 * Opens the assessment of a child as if the officer had done so yesterday, so that it does not count for today.
 *
 * @param officer a case worker among the demo callers, under their seeded duty.
 * @param owner of a governance centre's tables; of the shared database by default.
 * @returns the value of `Access-Reference`.
 */
export async function assessmentOf(child: string, officer = 'town-case-worker', owner?: Knex): Promise<string> {
  if (owner !== undefined) return insertAssessment(owner, child, officer);
  const shared = connect(testDatabase('governance-center').ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  try {
    return await insertAssessment(shared, child, officer);
  } finally {
    await shared.destroy();
  }
}

// Private:

async function insertAssessment(owner: Knex, child_id: string, officer: string): Promise<string> {
  const assessment_id = randomUUID();
  await owner('base.opened_assessment').insert({
    assessment_id,
    officer,
    agency: 'GOVERNANCE_CENTER',
    region: demoCaller(officer).region,
    duty_id: dutyId(TEST_DISTRICT, 'ASSESSMENT', officer),
    child_id,
    ground: 'OBSERVED',
    note: '测试研判',
    opened_at: new Date(Date.now() - 86_400_000),
    expires_at: '2099-12-31T00:00:00+08:00',
  });
  return `assessment/${assessment_id}`;
}
