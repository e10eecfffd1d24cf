import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { type ChildIdOptions, MINIMUM_KEY_BYTES } from '../domain/child-id';
import type { Environment } from './environment';

/**
 * Only for synthetic people on a developer's machine: the key is public, and refused in production. It keeps the
 * pseudonyms of the story children the same everywhere.
 */
const DEVELOPMENT_KEY = 'development-only-child-id-key-for-synthetic-people';

/** Key management usually answers within a second; a start waits at most this long. */
const COMMAND_TIMEOUT_MILLISECONDS = 10_000;
/** More bytes than any key has. */
const LARGEST_OUTPUT = 64 * 1024;

/** Lookups by ID number come one by one: 600 a minute are many officers at work. */
export const DEFAULT_DERIVATIONS_PER_MINUTE = 600;

/**
 * Reads key and hash of the pseudonyms. The key comes from a file that only its user can read (`CHILD_ID_KEY_FILE`) or
 * from the output of a command (`CHILD_ID_KEY_COMMAND`, for a KMS or HSM). A variable is refused: every process of the
 * same user can read it, and crash reports contain it.
 */
export function childIdSettings(environment: Environment): ChildIdOptions {
  const hash = environment.oneOf('CHILD_ID_HASH', ['sm3', 'sha256'], 'sm3');
  if (environment.optional('CHILD_ID_KEY') !== undefined) {
    environment.fault(
      'CHILD_ID_KEY must not be in the environment: write the key to a file with mode 0600 and name it in CHILD_ID_KEY_FILE, or name the command that prints it in CHILD_ID_KEY_COMMAND.',
    );
  }
  const file = environment.optional('CHILD_ID_KEY_FILE');
  const command = environment.optional('CHILD_ID_KEY_COMMAND');
  if (file !== undefined && command !== undefined) {
    environment.fault('CHILD_ID_KEY_FILE and CHILD_ID_KEY_COMMAND are both set: remove one of them.');
  }
  const given = file !== undefined || command !== undefined;
  const key = command === undefined ? file && keyOfFile(environment, file) : keyOfCommand(environment, command);
  if (environment.production && (!given || key === DEVELOPMENT_KEY)) {
    environment.fault('CHILD_ID_KEY_FILE (or CHILD_ID_KEY_COMMAND) must name a key of your own in production.');
  }
  if (key !== undefined && Buffer.byteLength(key) < MINIMUM_KEY_BYTES) {
    environment.fault(
      `The key of CHILD_ID_KEY_FILE or CHILD_ID_KEY_COMMAND must have at least ${MINIMUM_KEY_BYTES} bytes.`,
    );
  }
  return { hash, key: Buffer.from(key ?? DEVELOPMENT_KEY, 'utf8') };
}

/** Number of pseudonyms per minute that one process may derive for requests before it raises an alarm. */
export function derivationsPerMinute(environment: Environment): number {
  return environment.integer('CHILD_ID_DERIVATIONS_PER_MINUTE', DEFAULT_DERIVATIONS_PER_MINUTE, 1, 1_000_000);
}

// Private:

/** @returns undefined if the key has a fault. */
function keyOfFile(environment: Environment, path: string): string | undefined {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) {
      environment.fault('CHILD_ID_KEY_FILE does not name a file.');
      return undefined;
    }
    if ((stat.mode & othersOf(stat.uid)) !== 0) {
      environment.fault(`CHILD_ID_KEY_FILE can be read or written by others: chmod 0600 ${path}`);
      return undefined;
    }
    return readFileSync(path, 'utf8').trim();
  } catch {
    environment.fault('CHILD_ID_KEY_FILE cannot be read: it must belong to the user of this process.');
    return undefined;
  }
}

/** Permissions that others must not have. Orchestrators mount secrets as root, readable by one group. */
function othersOf(owner: number): number {
  return owner === 0 ? 0o037 : 0o077;
}

/** Does not show the command's error output, which could contain anything. */
function keyOfCommand(environment: Environment, command: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', command], {
      encoding: 'utf8',
      timeout: COMMAND_TIMEOUT_MILLISECONDS,
      maxBuffer: LARGEST_OUTPUT,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch (error) {
    const { status, code } = error as { status?: number | null; code?: string };
    environment.fault(`CHILD_ID_KEY_COMMAND has failed (${status ?? code ?? 'killed'}).`);
    return undefined;
  }
}
