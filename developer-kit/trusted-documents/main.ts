import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { writtenManifest } from '../../gateway/trusted-documents/manifest';
import { PROJECT } from '../../shared/config/project-root';
import { isFresh, staleness } from '../compose/freshness';
import { operationsIn } from './operations-in';

const OPERATIONS = join(PROJECT, 'examples');
const MANIFEST = join(PROJECT, 'gateway/generated/trusted-documents.json');

/** Writes the manifest of examples, or with --check says whether the committed one is fresh. */
function main(check: boolean): number {
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

process.exitCode = main(process.argv.includes('--check'));
