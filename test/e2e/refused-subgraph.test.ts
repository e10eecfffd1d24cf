import { pino } from 'pino';
import { childIds } from '../../shared/domain/child-id';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import education from '../../subgraphs/education';
import { adminUrl, TEST_CHILD_IDS, testDatabase } from '../support/databases';

const start = (readerUrl: string) =>
  startSubgraph({
    definition: education,
    database: { ownerUrl: undefined, readerUrl, writerUrl: undefined },
    district: undefined,
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });

test('a subgraph does not start as a superuser or as its tables’ owner', async () => {
  const { ownerUrl = '', readerUrl } = testDatabase('education');
  const superuser = new URL(adminUrl());
  superuser.pathname = new URL(readerUrl).pathname;
  for (const url of [superuser.toString(), ownerUrl]) {
    await expect(start(url)).rejects.toThrow('The reader role of education has rights on base tables: refused.');
  }
  await (await start(readerUrl)).close();
});

test('a subgraph does not start on a database that is not migrated', async () => {
  await expect(start(adminUrl())).rejects.toThrow(/The database of education has not been migrated/);
});
