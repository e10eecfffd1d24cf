import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agencySettings } from '../../gateway/embedded/embedded';
import { withDatabase } from '../../gateway/ledger/commands/inputs';
import { ledgerConfig } from '../../gateway/ledger/settings';
import { readManifest } from '../../gateway/trusted-documents/manifest';
import { ProgressBar } from '../../shared/cli/progress';
import { stopSignal, unlessAborted } from '../../shared/cli/until-stopped';
import { childIdSettings } from '../../shared/config/child-id-key-setting';
import { dataDirectory } from '../../shared/config/data-directory-setting';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { provision, provisionDatabase } from '../../shared/db/agency-database';
import { AGENCIES } from '../../shared/domain/agencies';
import { todayInChina } from '../../shared/domain/dates';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import type { SimulateArguments } from './arguments';
import { changedRules } from './changed-rules';
import type { DistrictData } from './district-system';
import { inText } from './in-text';
import { recordedOperations, type UsedOperation } from './recorded-operations';
import { simulate } from './simulate';
import { unreviewedPractices } from './unreviewed-practices';

const [UNCHANGED, CHANGED] = [0, 1];

const tell = (text: string) => process.stderr.write(`${text}\n`);

/** `npm run simulate`: shows which callers changed rules answer differently. @returns the exit code. */
export async function simulateCommand(asked: SimulateArguments, environment: Environment): Promise<number> {
  const documents = readManifest(await readFile(join(PROJECT, 'gateway/generated/trusted-documents.json'), 'utf8'));
  const rules = await changedRules(asked.rulesFrom, PROJECT);
  try {
    const recorded = asked.documents ? undefined : await fromLedger(asked, environment);
    tell(
      recorded === undefined
        ? 'Demo callers send the trusted documents.'
        : `The ledger has ${recorded.length} uses of operations.`,
    );
    return await withDistrict(asked, async (data) => {
      const progress = new ProgressBar('Replaying', 1, process.stderr);
      const found = await simulate({
        before: join(PROJECT, 'subgraphs'),
        after: rules.folder,
        data,
        documents,
        recorded,
        onProgress: (done, total) => progress.report('', total === 0 ? 1 : done / total),
      });
      process.stdout.write(`${asked.json ? JSON.stringify(found, null, 2) : inText(found)}\n`);
      return found.changes.length === 0 ? UNCHANGED : CHANGED;
    });
  } finally {
    await rules.remove();
  }
}

/** The operations recorded in the configured ledger, or in the embedded system's; undefined if there is no ledger. */
async function fromLedger(
  asked: SimulateArguments,
  environment: Environment,
): Promise<readonly UsedOperation[] | undefined> {
  const config = ledgerConfig(environment);
  environment.finish();
  const work = () =>
    withDatabase({ config, dataDirectory: dataDirectory(environment) }, ({ readerUrl }) =>
      recordedOperations(readerUrl, asked),
    );
  if (config.database !== undefined || asked.from !== undefined || asked.to !== undefined) return work();
  // The embedded system was never started.
  return work().catch((error: Error) => {
    if (/^There is no embedded database/.test(error.message)) return undefined;
    throw error;
  });
}

/** Works on temporary databases with synthetic people. */
async function withDistrict<Result>(
  { size }: SimulateArguments,
  work: (data: DistrictData) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'simulated-district-'));
  // If this process is root, PostgreSQL runs as its own user, which must be able to read the directory; otherwise the
  // cluster would be created, and left behind, elsewhere.
  await chmod(directory, 0o755);
  const claim = await claimDataDirectory(directory);
  const stopping = stopSignal();
  try {
    const postgres = await startEmbeddedPostgres({ dataDirectory: directory, onProgress: tell });
    try {
      tell(`Filling the databases with ${size} synthetic children.`);
      const databases = AGENCIES.map(async (agency) => [agency, await provision(postgres.adminUrl, agency)] as const);
      const simulated = work({
        directory,
        databases: new Map(await Promise.all(databases)),
        ledger: await provisionDatabase(postgres.adminUrl, 'access_ledger'),
        district: { seed: 'district', size, today: todayInChina() },
        childIds: childIdSettings(new Environment({})),
        agencySettings: agencySettings(new Environment({ PRACTICES_FILE: await unreviewedPractices(directory) })),
      });
      // The database server does not receive this process's signals, and must be stopped in any case.
      return await unlessAborted(simulated, stopping);
    } finally {
      await postgres.stop();
    }
  } finally {
    await claim.release();
    await rm(directory, { recursive: true, force: true });
  }
}
