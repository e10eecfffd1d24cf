import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface KeyPair {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** SPKI, PEM. */
  readonly publicKey: string;
}

/** Reads the named P-256 key pair from the data directory. Creates it on first use, readable by its owner only. */
export async function keyPair(dataDirectory: string, name: string): Promise<KeyPair> {
  const directory = join(dataDirectory, 'keys');
  const file = join(directory, `${name}.pem`);
  const privateKey = await readFile(file, 'utf8').catch(() => create(directory, file));
  const publicKey = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'pem' }) as string;
  return { privateKey, publicKey };
}

/** If two processes create it at once, both use the first one. */
async function create(directory: string, file: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(temporary);
  return readFile(file, 'utf8');
}
