import { hasSqlDetails, loadModule, type Node, parseSync } from 'libpg-query';
import { Deparser } from 'pgsql-deparser';
import type { FilePlace } from '../../../shared/cli/read-yaml';
import type { SourceFile } from '../../../shared/config/agency-files';

/** One statement of a migration. */
export interface Statement extends FilePlace {
  /** PostgreSQL's name of its kind: `ViewStmt`, `CreateStmt`. */
  readonly kind: string;
  readonly node: Node;
  /** Equal for statements that differ in comments and layout only. */
  readonly content: string;
}

/** Loads PostgreSQL's parser, which has to be done once before any SQL is read. */
export const loadSqlParser = (): Promise<void> => loadModule();

/** Parses a migration with the parser of PostgreSQL 18. @throws Error with PostgreSQL's message. */
export function statementsIn({ path, text }: SourceFile): readonly Statement[] {
  if (text.trim() === '') return [];
  const bytes = Buffer.from(text);
  return (parseSync(text).stmts ?? []).flatMap(({ stmt: node, stmt_location: start = 0 }) => {
    const [kind] = Object.keys(node ?? {});
    if (node === undefined || kind === undefined) return [];
    const before = bytes.subarray(0, start).toString();
    const line = `${before}${leadingComments(text.slice(before.length))}`.split('\n').length;
    return [{ kind, node, file: path, line, content: contentOf(node) }];
  });
}

/** The line of the position that PostgreSQL names in an error of `statementsIn`, from 1. */
export function lineOfSqlError(error: unknown, text: string): number {
  const position = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
  return [...text].slice(0, position).join('').split('\n').length;
}

/** A part of a statement as PostgreSQL writes it, on one line. */
export function sqlOf(node: Node | readonly Node[]): string {
  return Deparser.deparse(node as Node, { pretty: false })
    .replace(/\s+/g, ' ')
    .trim();
}

/** Visits every part of a statement. @param see gets the kind of each part, and the part. */
export function visitSql(part: unknown, see: (kind: string, part: unknown) => void): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [kind, child] of Object.entries(part)) {
    see(kind, child);
    visitSql(child, see);
  }
}

// Private:

const leadingComments = (text: string): string => /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(text)?.[0] ?? '';

const POSITIONS: ReadonlySet<string> = new Set(['location', 'stmt_location', 'stmt_len']);

const contentOf = (node: Node): string =>
  JSON.stringify(node, (key, value) => (POSITIONS.has(key) ? undefined : value));
