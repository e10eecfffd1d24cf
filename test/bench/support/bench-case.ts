import { provisionedUrls } from '../../../shared/db/agency-database';
import { connect } from '../../../shared/db/connect';
import { databaseName } from '../../../shared/domain/agencies';
import { demoCaller } from '../../support/identity-provider';

/** The case that the measured requests refer to. */
export const BENCH_CASE = '5f0c2d1e-8a4b-4c6d-9e7f-0a1b2c3d4e5f';

/** Those who handle the case: the measured caller, and one who asks beside them. */
export const BENCH_CALLER = 'county-case-worker';
export const OTHER_BENCH_CALLER = 'town-case-worker';

/** More than the children of a page, so that pages differ. */
const CHILDREN = 160;

/**
 * Opens a case of children of the county whose place is not protected, unless it is open. @param adminUrl a superuser's
 * on the agencies' database server. @returns the children, in the order of pages.
 */
export async function openBenchCase(adminUrl: string): Promise<readonly string[]> {
  const owner = connect(provisionedUrls(adminUrl, databaseName('governance-center')).ownerUrl, {
    poolSize: 1,
    statementTimeout: 0,
  });
  try {
    const { region } = demoCaller(BENCH_CALLER);
    await owner.raw(
      `insert into base.case_file (case_id, number, level, region, step, due_at, agencies, opened_at, version)
       values (?, 'BENCH', 'YELLOW', ?, 'HANDLED', now() + interval '10 days', '{GOVERNANCE_CENTER}',
         now() - interval '10 days', 1) on conflict do nothing`,
      [BENCH_CASE, region],
    );
    await owner.raw(
      `insert into base.case_child (case_id, child_id)
       select ?, child_id from base.child where region like ? and not location_protected order by child_id limit ?
       on conflict do nothing`,
      [BENCH_CASE, `${region}%`, CHILDREN],
    );
    for (const officer of [BENCH_CALLER, OTHER_BENCH_CALLER]) {
      await owner.raw(
        `insert into base.participation (participation_id, case_id, officer, agency, confirmed_by, confirmed_at)
         values (gen_random_uuid(), ?, ?, 'GOVERNANCE_CENTER', 'bench', now() - interval '10 days')
         on conflict do nothing`,
        [BENCH_CASE, officer],
      );
    }
    return await owner('base.case_child').where({ case_id: BENCH_CASE }).orderBy('child_id').pluck('child_id');
  } finally {
    await owner.destroy();
  }
}
