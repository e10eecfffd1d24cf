import { z } from 'zod';
import { columnSchema, identifier } from './column';

const kindSchema = z.strictObject({
  /** The Chinese name. */
  title: z.string().min(1),
  /** Beginnings of file names for this kind, besides its own name. */
  files: z.array(z.string().min(1)).default([]),
  /** The table of schema `base`. */
  table: identifier,
  /** The columns that identify a row: `child_id`, and required columns of the file. */
  key: z.array(identifier).min(1),
  columns: z.array(columnSchema).min(1),
  /** Headers in files of this agency that are not imported. */
  ignored: z.array(z.string().trim().min(1)).default([]),
});

/** The content of an agency's `import.yaml`. */
export const mappingSchema = z
  .strictObject({
    /** The table of schema `base` with every child that the agency knows: `child_id`, `id_number` and more. */
    roster: identifier,
    kinds: z.record(z.string().regex(/^[a-z]+(?:-[a-z]+)*$/, 'must be a name like home-visits'), kindSchema),
  })
  .superRefine(({ roster, kinds }, context) => {
    for (const [name, kind] of Object.entries(kinds)) {
      for (const fault of kindFaults(kind, roster)) {
        context.addIssue({ code: 'custom', path: ['kinds', name, ...fault.path], message: fault.message });
      }
    }
  });

export type Kind = Readonly<z.infer<typeof kindSchema>>;

export type Mapping = Readonly<z.infer<typeof mappingSchema>>;

// Private:

interface KindFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Checks rules that the shape cannot express. */
function* kindFaults({ table, key, columns, ignored }: Kind, roster: string): Generator<KindFault> {
  if (columns.filter(({ type }) => type === 'id-number').length !== 1) {
    yield { path: ['columns'], message: 'exactly one column must be of type id-number: it names the child' };
  }
  const headers = new Set<string>();
  const targets = new Set<string>();
  for (const [index, column] of columns.entries()) {
    const path = ['columns', index];
    for (const header of [column.header, ...column.aliases]) {
      if (headers.has(header)) yield { path, message: `the header ${header} also belongs to another column` };
      headers.add(header);
    }
    if (column.to !== undefined && targets.has(column.to)) {
      yield { path: [...path, 'to'], message: `another column is also stored in ${column.to}` };
    }
    if (column.to !== undefined) targets.add(column.to);
    if (column.type === 'id-number' && (column.to !== undefined || column.child !== undefined || !column.required)) {
      yield {
        path,
        message: 'the ID number must be required and have neither "to" nor "child": it is stored only in the roster',
      };
    }
    if (column.child !== undefined && (column.to !== undefined || table === roster)) {
      yield {
        path: [...path, 'child'],
        message: 'a column is stored either with the row or with the child, not with both',
      };
    }
    if (column.type === 'text' && column.pattern !== undefined && !isPattern(column.pattern)) {
      yield { path: [...path, 'pattern'], message: 'must be a regular expression' };
    }
    if ('codes' in column) yield* codeFaults(column.codes, path);
  }
  for (const [index, column] of columns.entries()) {
    if ('atMost' in column && column.atMost !== undefined && !targets.has(column.atMost)) {
      yield { path: ['columns', index, 'atMost'], message: `no column is stored in ${column.atMost}` };
    }
  }
  for (const [index, header] of ignored.entries()) {
    if (headers.has(header)) yield { path: ['ignored', index], message: `the header ${header} belongs to a column` };
  }
  for (const [index, name] of key.entries()) {
    const required = columns.some(({ to, required }) => to === name && required);
    if (name !== 'child_id' && !required) {
      yield {
        path: ['key', index],
        message: `must be child_id or the target of a required column: ${name} is neither`,
      };
    }
  }
}

function* codeFaults(
  codes: Readonly<Record<string, readonly string[]>>,
  path: readonly (string | number)[],
): Generator<KindFault> {
  const terms = new Set<string>();
  for (const term of Object.entries(codes).flatMap(([value, others]) => [value, ...others])) {
    if (terms.has(term)) yield { path: [...path, 'codes'], message: `the term ${term} stands for two codes` };
    terms.add(term);
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
