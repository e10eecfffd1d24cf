import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { childIds } from '../../shared/child-id';
import { startSubgraph } from '../../shared/start-subgraph';
import type { AnySubgraphDefinition } from '../../shared/subgraph-definition';
import education from '../../subgraphs/education';
import { adminUrl, TEST_CHILD_IDS, testDatabase } from '../support/databases';

const start = (definition: AnySubgraphDefinition, readerUrl: string) =>
  startSubgraph({
    definition,
    database: { ownerUrl: undefined, readerUrl },
    district: undefined,
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });

test('a subgraph does not start as a superuser or as the owner of its tables', async () => {
  const { ownerUrl = '', readerUrl } = testDatabase('education');
  const superuser = new URL(adminUrl());
  superuser.pathname = new URL(readerUrl).pathname;
  for (const url of [superuser.toString(), ownerUrl]) {
    await expect(start(education, url)).rejects.toThrow(
      'The reader role of education has rights on base tables: refused.',
    );
  }
  await (await start(education, readerUrl)).close();
});

test('a subgraph does not start on a database that is not migrated', async () => {
  await expect(start(education, adminUrl())).rejects.toThrow(/The database of education is not migrated/);
});

test('a subgraph does not start with a field that has lost its label', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'education-'));
  cpSync(education.folder, folder, { recursive: true });
  const schema = join(folder, 'schema.graphql');
  const text = readFileSync(schema, 'utf8');
  const label = '@policy(policies: [["education.bullying"]])';
  expect(text).toContain(label);
  writeFileSync(schema, text.replaceAll(label, ''));
  await expect(start({ ...education, folder }, testDatabase('education').readerUrl)).rejects.toThrow(
    /education: Field "Child.bullyingReports" has no label/,
  );
  rmSync(folder, { recursive: true });
});
