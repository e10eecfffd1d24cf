import type { Agency } from '../../../shared/domain/agencies';
import { digestOf } from '../digest';
import type { Finding, Severity } from '../finding';
import type { DatabasePair } from '../reading';
import type { Database } from '../sql/database';
import { doubtfulEffect } from '../sql/doubtful-effect';
import type { Statement } from '../sql/statements';
import type { Rule } from './rule';

/**
 * Reports migrations that can show more than views say: rights, functions, blocks of code, changed data, and columns by
 * which views hide rows. Also migrations that change after they landed: databases that have run them stay as they are.
 */
export const migrations: Rule = ({ databases }) => [...databases].flatMap(([agency, pair]) => findingsOf(agency, pair));

// Private:

function findingsOf(agency: Agency, { before, after }: DatabasePair): readonly Finding[] {
  const finding = (severity: Severity, message: string, file: string, line?: number): Finding => ({
    what: 'migration',
    severity,
    agencies: [agency],
    message,
    places: [{ file, line }],
  });
  const faults = after.faults.map(({ message, file, line }) => finding('error', message, file, line));
  if (before === after) return faults;
  return [
    ...faults,
    ...rewritten(before, after).map((file) => ({
      ...finding('opening', 'changed after it landed; databases that have run it do not run it again', file),
      digest: digestOf(contentOf(after, file)),
    })),
    ...newStatements(before, after).flatMap((statement) => {
      const effect = doubtfulEffect(statement, before, after);
      return effect === undefined
        ? []
        : [{ ...finding('opening', effect, statement.file, statement.line), digest: digestOf(statement.content) }];
    }),
  ];
}

/** Committed migrations that went, or whose statements are not the same any more. */
function rewritten(before: Database, after: Database): readonly string[] {
  const files = new Set(before.statements.map(({ file }) => file));
  return [...files].filter((file) => contentOf(before, file) !== contentOf(after, file));
}

const contentOf = ({ statements }: Database, file: string): string =>
  statements
    .filter((statement) => statement.file === file)
    .map(({ content }) => content)
    .join('\n');

function newStatements(before: Database, after: Database): readonly Statement[] {
  const known = new Set(before.statements.map(({ content }) => content));
  return after.statements.filter(({ content }) => !known.has(content));
}
