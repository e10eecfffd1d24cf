import { connect } from '../../shared/db/connect';
import { emptyLedgerDatabase, entryOf, open } from '../support/ledger';

test('200 accesses at once are one chain, in far fewer transactions than entries', async () => {
  const database = await emptyLedgerDatabase('ledger_group_commit');
  const ledger = await open(database);
  const owner = connect(database.ownerUrl, { poolSize: 1, statementTimeout: 10_000 });
  try {
    await Promise.all(Array.from({ length: 200 }, () => ledger.record(entryOf())));
    const { rows } = await owner.raw(
      `select count(*)::int as entries, max(seq)::int as last, count(distinct xmin::text)::int as transactions from ledger.entry`,
    );
    expect(rows[0]).toMatchObject({ entries: 200, last: 200 });
    expect(rows[0].transactions).toBeLessThan(10);
  } finally {
    await ledger.close();
    await owner.destroy();
  }
});
