import { parse } from 'yaml';
import { z } from 'zod';
import type { Agency } from '../domain/agencies';
import { ATTRIBUTE_TYPES, type Attributes, COMMON_ATTRIBUTES, GRADES } from './rule-vocabulary';

/** `education.schooling`: a named group of fields of one agency with one sensitivity, the unit that rules speak of. */
export type DataClassName = string;

const dataClass = z.strictObject({
  /** The Chinese name. */
  name: z.string().min(1),
  grade: z.enum(GRADES),
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
  /** What this agency's rules may know of a record besides its region and child, by Cedar type; `name?` may be missing. */
  record: z.record(z.string().regex(/^[a-z]\w*\??$/i), z.enum(ATTRIBUTE_TYPES)).default({}),
});

/** An agency's list of data classes: classification and grading as Data Security Law art. 21 asks for them. */
export interface Catalogue {
  readonly agency: Agency;
  readonly classes: ReadonlyMap<DataClassName, DataClass>;
  readonly plain: ReadonlySet<string>;
  /** What rules may know of a record. */
  readonly attributes: Attributes;
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
  const { classes, plain, record } = parsed.data;
  return {
    agency,
    classes: new Map(Object.entries(classes)),
    plain: new Set(plain),
    attributes: { ...COMMON_ATTRIBUTES, ...record },
  };
}
