import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { District } from '../../../shared/synthetic/district';
import { type TestIdentityProvider, testIdentityProvider } from '../../support/identity-provider';
import { makeKeys, type TestKeys } from '../../support/ledger';
import { type Agencies, startAgencies } from './agencies';

/** The agencies of all gateways in a bench, the identity provider and the contexts' keys. */
export interface BenchWorld {
  readonly directory: string;
  readonly identityProvider: TestIdentityProvider;
  readonly contextKeys: TestKeys;
  readonly agencies: Agencies;
}

export interface BenchWorldOptions {
  readonly district: District;
  /** A directory that is kept and reused; without it, a temporary one in BENCH_DIR or the system's directory. */
  readonly keep?: string | undefined;
  /** Options of node for the agencies' process. */
  readonly nodeOptions?: readonly string[];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Starts a world, and ends it after the work, however that ends. @param work gets `atEnd`, which adds a step to the
 * end; steps run in reverse order.
 */
export async function inBenchWorld(
  { district, keep, nodeOptions = [] }: BenchWorldOptions,
  work: (world: BenchWorld, atEnd: (step: () => Promise<unknown>) => void) => Promise<void>,
): Promise<void> {
  const steps: (() => Promise<unknown>)[] = [];
  const atEnd = (step: () => Promise<unknown>) => void steps.push(step);
  const end = async () => {
    for (const step of steps.splice(0).reverse()) {
      await step().catch((error: Error) => process.stderr.write(`Not closed: ${error.message}\n`));
    }
  };
  const interrupted = () => void end().then(() => process.exit(1));
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    const directory = keep === undefined ? await temporaryDirectory(atEnd) : resolve(keep);
    await mkdir(directory, { recursive: true });
    await chmod(directory, 0o755);
    const identityProvider = await testIdentityProvider();
    atEnd(() => identityProvider.close());
    const contextKeys = makeKeys();
    const agencies = await startAgencies(
      { directory, district, contextPublicKey: contextKeys.publicKey },
      { nodeOptions },
    );
    atEnd(() => agencies.close());
    await work({ directory, identityProvider, contextKeys, agencies }, atEnd);
  } finally {
    await end();
    for (const signal of SIGNALS) process.off(signal, interrupted);
  }
}

async function temporaryDirectory(atEnd: (step: () => Promise<unknown>) => void): Promise<string> {
  const directory = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), 'record-bench-'));
  atEnd(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
