import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'child-id-keys-'));
let count = 0;

/** A file with a key that only its user can read, until the run ends. @returns its path. */
export function keyFile(key: string, mode = 0o600): string {
  const path = join(folder, String(count++));
  // With a line break, as `openssl rand -hex 32` writes it, and independent of the umask.
  writeFileSync(path, `${key}\n`);
  chmodSync(path, mode);
  return path;
}
