import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PROJECT } from '../../../shared/config/project-root';
import type { ProvisionedDatabase } from '../../../shared/db/agency-database';
import type { Agency } from '../../../shared/domain/agencies';
import type { District } from '../../../shared/synthetic/district';

export interface AgenciesOptions {
  /** An existing directory for their databases. */
  readonly directory: string;
  readonly district: District;
  /** The public key of our gateway's contexts, PEM. */
  readonly contextPublicKey: string;
}

/** Totals of all agencies since the last call. */
export interface Counts {
  /** Received operations. */
  arrivals: number;
  /** SQL statements on the roles that answer queries. */
  statements: number;
}

interface Ready {
  readonly urls: Readonly<Record<Agency, string>>;
  readonly ledger: ProvisionedDatabase;
  /** A superuser's URL. */
  readonly adminUrl: string;
  /** Of the bench's case, in the order of pages. */
  readonly children: readonly string[];
}

export type AgenciesAnswer = { readonly ready: Ready } | { readonly failed: string } | { readonly counts: Counts };

export interface Agencies extends Ready {
  readonly pid: number;
  counts(): Promise<Counts>;
  close(): Promise<void>;
}

/**
 * Starts all agencies in a separate process, and fills empty databases. @param project the checkout of the agencies.
 * @param nodeOptions of their process.
 */
export async function startAgencies(
  options: AgenciesOptions,
  { project = PROJECT, nodeOptions = [] }: { readonly project?: string; readonly nodeOptions?: readonly string[] } = {},
): Promise<Agencies> {
  const { PATH = '', HOME = '' } = process.env;
  const child = fork(join(project, 'test/bench/support/agencies-process.ts'), {
    cwd: project,
    execArgv: [...nodeOptions, '--import', 'tsx'],
    env: { PATH, HOME, NODE_ENV: 'production', BENCH_AGENCIES: JSON.stringify(options) },
  });
  const ended = once(child, 'exit').then(() => ({ failed: 'The process of the agencies ended.' }));
  const answer = (): Promise<AgenciesAnswer> =>
    Promise.race([once(child, 'message').then(([message]) => message as AgenciesAnswer), ended]);
  const first = await answer();
  if (!('ready' in first)) throw new Error('failed' in first ? first.failed : 'The agencies did not start.');
  return {
    ...first.ready,
    pid: child.pid as number,
    async counts() {
      child.send('counts');
      const told = await answer();
      if (!('counts' in told)) throw new Error('The agencies are gone.');
      return told.counts;
    },
    async close() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
