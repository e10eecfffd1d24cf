import { z } from 'zod';
import type { Catalogue, DataClassName } from '../../shared/access/catalogue';
import type { Answer } from '../../shared/access/decide';
import { attributeType } from '../../shared/access/rule-vocabulary';
import { type FileFault, FileFaults, type FilePlace, YamlFile } from '../../shared/cli/read-yaml';
import type { SourceFile } from '../../shared/config/agency-files';
import { AGENCIES } from '../../shared/domain/agencies';
import { ROLES } from '../../shared/domain/caller';
import { PURPOSES } from '../../shared/domain/purpose';
import { answer, answersIn, type Cell, cell } from './cell';

const ofAgency = z.enum([...AGENCIES, 'lead-agency']);

export const besides = z.strictObject({
  who: z.enum(ROLES),
  /** Agencies, or the agency that leads the matter (牵头部门). */
  of: z.union([ofAgency, z.array(ofAgency).min(1)]).optional(),
  /** Every purpose by default. */
  with: z.union([z.enum(PURPOSES), z.array(z.enum(PURPOSES)).min(1)]).optional(),
  /**
   * In the caller's region by default; otherwise there without a reference, for whom the reference is confirmed, for
   * whom it is confirmed and covers the child, or where one of both regions contains the other.
   */
  where: z.enum(['without-reference', 'takes-part', 'covered', 'one-line']).optional(),
  /** Only these kinds of due items. */
  kinds: z.array(z.string()).min(1).optional(),
  answer,
});

/** Columns that every class states, explained by the comment at the top of each cases file. */
const STATED = {
  'case-handling': cell,
  'joint-meeting': cell,
  'case-conference': cell,
  owner: cell,
  emergency: cell,
};

/** Columns that a class states where it is answered; `others` by default. */
const BY_DEFAULT_REFUSED = {
  triage: cell.optional(),
  assessment: cell.optional(),
  'case-officer': cell.optional(),
  welfare: cell.optional(),
  visit: cell.optional(),
  'report-recipient': cell.optional(),
  'own-under-reference': cell.optional(),
};

export type Column = keyof typeof STATED | keyof typeof BY_DEFAULT_REFUSED;

export const COLUMNS: readonly Column[] = [
  ...(Object.keys(STATED) as (keyof typeof STATED)[]),
  ...(Object.keys(BY_DEFAULT_REFUSED) as (keyof typeof BY_DEFAULT_REFUSED)[]),
];

const entryShape = z.strictObject({
  /**
   * Fields that show the answer. `or` names another class that opens the field alone, `and` other classes that the
   * field also requires, `unless` columns in which its record is refused, unlike the class's other records. A field
   * without a mask is refused where others of its class are masked, and says so.
   */
  fields: z
    .array(
      z.union([
        z.string(),
        z.strictObject({
          field: z.string(),
          or: z.string().optional(),
          and: z.array(z.string()).optional(),
          'without-mask': z.literal(true).optional(),
          unless: z.array(z.string()).optional(),
        }),
      ]),
    )
    .min(1),
  ...STATED,
  ...BY_DEFAULT_REFUSED,
  besides: z.array(besides).default([]),
  developer: z.literal('DENIED'),
  others: z.enum(['DENIED', 'ABSENT']),
  /** Attributes in which the record differs from an ordinary one. */
  record: z.record(z.string(), z.union([z.boolean(), z.string(), z.array(z.string())])).default({}),
  /**
   * Where the child's location is protected: who is answered as above, and everybody else. The police are, always or
   * but for meetings; where stated, the owner's officers on their own duty are, too.
   */
  'where-protected': z
    .strictObject({
      'public-security': z.enum(['as above', 'as above but in meetings']),
      'own-duty': z.literal('as above').optional(),
      others: answer,
    })
    .optional(),
});

export type Entry = z.infer<typeof entryShape>;

/** The cell of a column. */
export const cellOf = (entry: Entry, column: Column): Cell => entry[column] ?? entry.others;

/** A caller outside the columns. */
export type Besides = Entry['besides'][number];

/** Null for a file with nothing but comments. */
const casesFile = z.record(z.string(), entryShape).nullable();

/** The class of the gateway's own query for grants, which precedes every other. */
export const GRANT: DataClassName = 'governance-center.grant';

/**
 * Finds the place of a key in a class's entry, `['besides', 0]`; without an entry, the first line of the first file.
 */
export type PlaceOf = (dataClass: DataClassName, path?: readonly (string | number)[]) => FilePlace;

export interface Cases {
  /** Empty if any file is malformed. */
  readonly entries: ReadonlyMap<DataClassName, Entry>;
  /**
   * Malformed files; classes without an entry or with two; entries without a class; refusals that differ from the
   * catalogue's.
   */
  readonly faults: readonly FileFault[];
  readonly placeOf: PlaceOf;
}

/** File name extension of cases. */
export const CASES_ENDING = '.cases.yaml';

/** Reads an agency's `*.cases.yaml`, with the place of each part. @param files at least one. */
export function casesIn(files: readonly SourceFile[], catalogue: Catalogue): Cases {
  const read = files.map(readFile);
  const owners = new Map<DataClassName, Cases>();
  const entries = new Map<DataClassName, Entry>();
  const twice: FileFault[] = [];
  for (const file of read) {
    for (const [name, entry] of file.entries) {
      const first = owners.get(name);
      if (first === undefined) {
        owners.set(name, file);
        entries.set(name, entry);
      } else {
        const message = `${name} already has an entry in ${first.placeOf(name).file}`;
        twice.push({ ...file.placeOf(name), message });
      }
    }
  }
  const placeOf: PlaceOf = (name, path) => (owners.get(name) ?? read[0] ?? NO_FILE).placeOf(name, path);
  const misshapen = read.flatMap(({ faults }) => faults);
  if (misshapen.length > 0) return { entries: new Map(), faults: misshapen, placeOf };
  const faults = [
    ...[...catalogue.classes.keys()]
      .filter((name) => !entries.has(name))
      .map((name) => [name, 'has no entry'] as const),
    ...[...entries].flatMap(([name, entry]) => faultsOf(name, entry, catalogue).map((fault) => [name, fault] as const)),
  ];
  return {
    entries,
    faults: [...twice, ...faults.map(([name, fault]) => ({ ...placeOf(name), message: `${name} ${fault}` }))],
    placeOf,
  };
}

/** @throws with every fault, one line per file. */
export function readCases(files: readonly SourceFile[], catalogue: Catalogue): ReadonlyMap<DataClassName, Entry> {
  const { entries, faults } = casesIn(files, catalogue);
  if (faults.length === 0) return entries;
  const named = [...new Set(faults.map(({ file }) => file))].map((file) => {
    const own = faults.filter((fault) => fault.file === file);
    return `${file}: ${own.map(({ message }) => message).join('; ')}`;
  });
  throw new Error(named.join('\n'));
}

export const isOpen = (answer: Answer): boolean => answer === 'CLEAR' || answer === 'MASKED';

// Private:

/** Reads one file; a faulty one has no entries. */
function readFile({ path, text }: SourceFile): Cases {
  const file = new YamlFile(text, path);
  const placeOf: PlaceOf = (name, below = []) => ({ file: path, line: file.lineOf([name, ...below]) });
  try {
    return { entries: new Map(Object.entries(file.read(casesFile) ?? {})), faults: [], placeOf };
  } catch (error) {
    if (!(error instanceof FileFaults)) throw error;
    return { entries: new Map(), faults: error.places, placeOf };
  }
}

const NO_FILE: Pick<Cases, 'placeOf'> = { placeOf: () => ({ file: 'access.cases.yaml', line: 1 }) };

function faultsOf(name: DataClassName, entry: Entry, { classes, attributes }: Catalogue): readonly string[] {
  const refusal = classes.get(name)?.refusal.toUpperCase();
  if (refusal === undefined) return ['is not a data class of the catalogue'];
  const unknown = Object.keys(entry.record).filter((attribute) => attributeType(attributes, attribute) === undefined);
  return [
    ...(refusalsOf(entry).some((one) => one !== refusal) ? ['has another refusal in the catalogue'] : []),
    ...unknown.map((attribute) => `sets the record attribute "${attribute}", which the catalogue does not declare`),
  ];
}

/** All refusals of an entry, except a developer's. */
function refusalsOf(entry: Entry): Answer[] {
  const answers = [
    ...COLUMNS.flatMap((column) => answersIn(cellOf(entry, column))),
    ...entry.besides.map(({ answer }) => answer),
    entry.others,
  ];
  return answers.filter((answer) => !isOpen(answer));
}
