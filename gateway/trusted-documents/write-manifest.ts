import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { getOperationAST, parse, print, separateOperations } from 'graphql';
import { hashOf, type ManifestOperation, writtenManifest } from './manifest';

const PROJECT = join(__dirname, '../..');
const OPERATIONS = join(PROJECT, 'docs/operations');
const MANIFEST = join(__dirname, '../trusted-documents.json');

/** Writes the manifest of docs/operations, or with --check says whether the committed one is fresh. */
function main(check: boolean): number {
  const operations = readdirSync(OPERATIONS).flatMap((file) => operationsIn(join(OPERATIONS, file)));
  const content = writtenManifest(operations);
  if (!check) {
    writeFileSync(MANIFEST, content);
    console.log(`${relative(PROJECT, MANIFEST)}: ${operations.length} operations`);
    return 0;
  }
  if (existsSync(MANIFEST) && readFileSync(MANIFEST, 'utf8') === content) return 0;
  console.error(
    `error: ${relative(PROJECT, MANIFEST)} is not fresh: run npm run trusted-documents and commit the result.`,
  );
  return 1;
}

/** Of a .graphql file each operation with the fragments that it needs, of a .json file the query as it is sent. */
function operationsIn(path: string): ManifestOperation[] {
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.json')) return [operationOf((JSON.parse(text) as { query: string }).query)];
  return path.endsWith('.graphql')
    ? Object.values(separateOperations(parse(text)))
        .map(print)
        .map(operationOf)
    : [];
}

function operationOf(body: string): ManifestOperation {
  const operation = getOperationAST(parse(body), undefined);
  if (operation?.name === undefined)
    throw new Error(`An operation without a name cannot be trusted: ${body.slice(0, 40)}`);
  return { id: hashOf(body), name: operation.name.value, type: operation.operation, body };
}

process.exitCode = main(process.argv.includes('--check'));
