import { rm } from 'node:fs/promises';
import type { DataDirectoryClaim } from '../../shared/embedded-postgres/data-directory';
import type { EmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';

interface TestServer {
  readonly postgres: EmbeddedPostgres;
  readonly claim: DataDirectoryClaim;
  readonly dataDirectory: string;
}

export default async function globalTeardown(): Promise<void> {
  const { postgres, claim, dataDirectory } = (globalThis as unknown as { testServer: TestServer }).testServer;
  await postgres.stop();
  await claim.release();
  await rm(dataDirectory, { recursive: true, force: true });
}
