import { parse } from 'yaml';
import { z } from 'zod';
import type { Agency } from '../agencies';

/** `education.schooling`: a named group of fields of one agency with one sensitivity, the unit that rules speak of. */
export type DataClassName = string;

const dataClass = z.strictObject({
  /** The Chinese name. */
  name: z.string().min(1),
  grade: z.enum(['general', 'sensitive', 'restricted']),
  /** The article that lets the agency hold and share it. */
  basis: z.string().min(1),
  /** What a refusal looks like: it says so, or it cannot be told from "there is no data". */
  refusal: z.enum(['denied', 'absent']),
});

export type DataClass = Readonly<z.infer<typeof dataClass>>;

const catalogueFile = z.strictObject({
  classes: z.record(z.string(), dataClass),
  /** Types and fields that carry no label because they hold no fact of a child: `Region`, `Identity.asOf`. */
  plain: z.array(z.string()),
});

/** An agency's list of data classes: classification and grading as Data Security Law art. 21 asks for them. */
export interface Catalogue {
  readonly agency: Agency;
  readonly classes: ReadonlyMap<DataClassName, DataClass>;
  readonly plain: ReadonlySet<string>;
}

/** @throws naming the file and what is wrong with it; a catalogue that is not understood stops the start. */
export function parseCatalogue(agency: Agency, yaml: string, fileName: string): Catalogue {
  const parsed = catalogueFile.safeParse(parse(yaml));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`${fileName}: ${faults.join('; ')}`);
  }
  for (const name of Object.keys(parsed.data.classes)) {
    if (!name.startsWith(`${agency}.`)) {
      throw new Error(`${fileName}: data class "${name}" must begin with "${agency}.".`);
    }
  }
  return { agency, classes: new Map(Object.entries(parsed.data.classes)), plain: new Set(parsed.data.plain) };
}
