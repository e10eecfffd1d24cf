import { open } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Logger } from 'pino';
import { ProgressBar } from '../cli/progress';
import type { AgencyDatabase } from '../db/agency-database';
import type { Agency } from '../domain/agencies';
import type { ChildIds } from '../domain/child-id';
import { type AgencyMapping, agencyMapping, kindNamed, kindOfFile } from './agency-mapping';
import { type Arguments, readArguments } from './arguments';
import { COMMENT } from './file/cell';
import { TableFile } from './file/table-file';
import { ImportRefused } from './refused';
import { type ImportOutcome, runImport } from './run-import';
import { csvTemplate, workbookTemplate } from './template';
import { withOwner } from './with-owner';

/** Input of the command from its process. */
export interface CommandInput {
  /** The command line after `--`. */
  readonly words: readonly string[];
  /** subgraphs/, with one folder per agency. */
  readonly agenciesFolder: string;
  /** The configured database of an agency; undefined for the embedded one. */
  readonly databaseOf: (agency: Agency) => AgencyDatabase | undefined;
  /** The embedded system's data directory. */
  readonly dataDirectory: string;
  readonly childIds: () => ChildIds;
  readonly out: NodeJS.WriteStream;
  readonly log: Logger;
  /** ISO day in China. */
  readonly today: string;
  readonly stopping: AbortSignal;
}

/** Exit codes: all rows are in the register; some rows were refused; the import was stopped before its end. */
export const EXIT = { done: 0, someRefused: 2, stopped: 3 } as const;

/**
 * `npm run import`: imports a file, or writes a template.
 *
 * @returns the exit code.
 * @throws {ImportRefused} if it cannot be done; nothing has been written then.
 * @throws UsageError
 */
export async function importCommand(input: CommandInput): Promise<number> {
  const asked = readArguments(input.words);
  const mapping = await agencyMapping(input.agenciesFolder, asked.agency);
  if (asked.work === 'template') return writeTemplate(input, mapping, asked);
  const { name, kind } = asked.kind === undefined ? kindOfFile(mapping, asked.file) : kindNamed(mapping, asked.kind);
  const { out, stopping } = input;
  const reportPath = `${asked.file}.refused.csv`;
  const file = await TableFile.open(asked.file, asked);
  const began = performance.now();
  try {
    if (file.told !== undefined) out.write(`${file.told}\n`);
    let bar: ProgressBar | undefined;
    const ids = input.childIds();
    let derived = 0;
    const counted: ChildIds = {
      fingerprint: ids.fingerprint,
      derive(idNumber) {
        derived += 1;
        return ids.derive(idNumber);
      },
    };
    const outcome = await withOwner(input, mapping.agency, (ownerUrl) =>
      runImport({
        ...asked,
        file,
        kindName: name,
        kind,
        roster: mapping.roster,
        ownerUrl,
        childIds: counted,
        operator: asked.operator ?? systemUser(),
        reportPath,
        today: input.today,
        stopping,
        onProgress({ done, rows }) {
          if (!out.isTTY) return;
          bar ??= new ProgressBar(kind.title, rows, out);
          bar.report('rows', done);
        },
      }),
    );
    if (out.isTTY && outcome.done < outcome.rows) out.write('\n');
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    tell(input, asked.dryRun, outcome, reportPath, seconds);
    // No names of people, and no file names, which can contain them.
    const { rows, done, counts, comments } = outcome;
    input.log.info(
      {
        agency: mapping.agency,
        kind: name,
        file: file.digest,
        dryRun: asked.dryRun,
        rows,
        done,
        ...counts,
        comments: comments.count,
        childIdsDerived: derived,
        seconds,
      },
      done < rows ? 'import stopped' : 'import done',
    );
    if (done < rows) return EXIT.stopped;
    return counts.refused > 0 ? EXIT.someRefused : EXIT.done;
  } finally {
    await file.close();
  }
}

// Private:

/** @throws {ImportRefused} if the system has no name for its user, as in some containers. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    throw new ImportRefused(
      'The system has no name for you: name the person responsible for the import with --operator NAME.',
    );
  }
}

function tell(
  { out }: CommandInput,
  dryRun: boolean,
  { rows, done, resumedAt, counts, comments }: ImportOutcome,
  reportPath: string,
  seconds: number,
): void {
  const say = (text: string) => out.write(`${text}\n`);
  const { inserted, changed, unchanged, refused, childrenAdded } = counts;
  if (resumedAt > 0) say(`Continued after row ${resumedAt}, where an earlier run was stopped.`);
  say(
    `${dryRun ? 'Dry run, nothing was written: ' : ''}${done} of ${rows} rows: ${inserted} inserted, ${changed} changed, ` +
      `${unchanged} unchanged, ${refused} refused; ${childrenAdded} children added to the roster. ${seconds.toFixed(1)} s.`,
  );
  if (comments.count > 0) {
    const more = comments.count > comments.lines.length ? ', …' : '';
    say(
      `${comments.count} more rows begin with ${COMMENT} and are not imported: lines ${comments.lines.join(', ')}${more}.`,
    );
  }
  if (done < rows) {
    say(
      dryRun ? 'Stopped.' : 'Stopped. The rows so far are stored: run the same command again to continue after them.',
    );
  } else if (refused > 0) {
    say(`Refused rows, with reasons: ${reportPath}. It contains personal data: correct it, import it, delete it.`);
  }
}

async function writeTemplate(
  { out }: CommandInput,
  mapping: AgencyMapping,
  asked: Extract<Arguments, { work: 'template' }>,
): Promise<number> {
  const { kind } = kindNamed(mapping, asked.kind);
  const { out: path } = asked;
  if (path === undefined) {
    out.write(csvTemplate(kind));
    return EXIT.done;
  }
  const content = /\.xlsx$/i.test(path) ? await workbookTemplate(kind) : csvTemplate(kind);
  // Never overwrites: somebody may have filled in the existing file.
  const file = await open(path, 'wx').catch(() => {
    throw new ImportRefused(`The template cannot be written to ${path}, or this file already exists.`);
  });
  await file.writeFile(content);
  await file.close();
  return EXIT.done;
}
