import { ensureRoleOf, provision, readerUrlFor } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { adminUrl } from '../support/databases';

const NAME = `rotation_${process.pid}`;
const open = (url: string) => connect(url, { poolSize: 1, statementTimeout: 0 });

afterAll(async () => {
  const admin = open(adminUrl());
  await admin.raw('drop database if exists ??', [NAME]);
  for (const role of [`${NAME}_reader`, `${NAME}_owner`]) await admin.raw('drop role if exists ??', [role]);
  await admin.destroy();
});

test('when the owner’s password changes, the reader gets the new derived one', async () => {
  const { ownerUrl, readerUrl } = await provision(adminUrl(), 'education', NAME);
  const url = new URL(ownerUrl ?? '');
  url.password = 'another-password';
  for (const [owner, reader] of [
    [ownerUrl ?? '', readerUrl],
    [url.toString(), readerUrlFor(url.toString())],
  ] as const) {
    const admin = open(adminUrl());
    await admin.raw(`alter role ${NAME}_owner password '${new URL(owner).password}'`);
    await admin.destroy();
    const db = open(owner);
    await ensureRoleOf(db, reader);
    await db.destroy();
    const asReader = open(reader);
    expect((await asReader.raw('select current_user as name')).rows).toEqual([{ name: `${NAME}_reader` }]);
    await asReader.destroy();
  }
  expect(readerUrlFor(url.toString())).not.toBe(readerUrl);
});
