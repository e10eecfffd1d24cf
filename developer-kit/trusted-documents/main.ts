import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writtenManifest } from '../../gateway/trusted-documents/manifest';
import { readCommandLine } from '../../shared/cli/command-line';
import { runCommand } from '../../shared/cli/run-command';
import { PROJECT } from '../../shared/config/project-root';
import { isFresh, staleness } from '../compose/freshness';
import { operationsIn } from './operations-in';

const OPERATIONS = join(PROJECT, 'examples');
const USAGE = `Usage: npm run trusted-documents -- [--check]

  --check  writes nothing, and fails if the committed file is stale`;
const MANIFEST = join(PROJECT, 'gateway/generated/trusted-documents.json');

/** Writes the manifest of the operations in examples/; with --check compares it with the committed one. */
function writeManifest(words: readonly string[]): number {
  const { check } = readCommandLine(USAGE, words, { options: { check: { type: 'boolean' } } }).values;
  const operations = readdirSync(OPERATIONS).flatMap((file) =>
    operationsIn(file, readFileSync(join(OPERATIONS, file), 'utf8')),
  );
  const content = writtenManifest(operations);
  if (!check) {
    writeFileSync(MANIFEST, content);
    console.log(`${relative(PROJECT, MANIFEST)}: ${operations.length} operations`);
    return 0;
  }
  if (isFresh(MANIFEST, content)) return 0;
  console.error(`error: ${staleness(relative(PROJECT, MANIFEST), 'trusted-documents')}`);
  return 1;
}

void runCommand({ usage: USAGE, run: writeManifest });
