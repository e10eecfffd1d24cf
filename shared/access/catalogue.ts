import { z } from 'zod';
import { FileFaults, YamlFile } from '../cli/read-yaml';
import type { Agency } from '../domain/agencies';
import { ATTRIBUTE_TYPES, type Attributes, COMMON_ATTRIBUTES, GRADES } from './rule-vocabulary';

/** `education.schooling`: a named group of fields of one agency with one sensitivity, and the unit of access rules. */
export type DataClassName = string;

const dataClass = z.strictObject({
  /** The Chinese name. */
  name: z.string().min(1),
  grade: z.enum(GRADES),
  /** The articles of law that allow the agency to hold and share the data. */
  basis: z.string().min(1),
  /** `denied`: the caller sees the refusal. `absent`: a refusal looks like missing data. */
  refusal: z.enum(['denied', 'absent']),
});

export type DataClass = Readonly<z.infer<typeof dataClass>>;

const catalogueFile = z.strictObject({
  classes: z.record(z.string(), dataClass),
  /**
   * Types and fields without a label, by the reason why they hold no fact about a child: `{ 行政区划是公开信息: [Region] }`.
   * Formerly a list of names without reasons.
   */
  plain: z
    .union([z.record(z.string().min(1), z.array(z.string()).min(1)), z.array(z.string())])
    .transform((plain) => (Array.isArray(plain) ? { '': plain } : plain))
    .default({}),
  /**
   * Attributes of a record that this agency's rules may read besides region and child, with their Cedar types; `name?`
   * is optional.
   */
  record: z.record(z.string().regex(/^[a-z]\w*\??$/i), z.enum(ATTRIBUTE_TYPES)).default({}),
});

/** An agency's list of data classes: classification and grading as required by Data Security Law art. 21. */
export interface Catalogue {
  readonly agency: Agency;
  readonly classes: ReadonlyMap<DataClassName, DataClass>;
  /** Types and fields that need no label, each with the reason; an empty one for a name without a reason. */
  readonly plain: ReadonlyMap<string, string>;
  /** Attributes of a record that rules may read. */
  readonly attributes: Attributes;
}

/** @throws FileFaults; a faulty catalogue prevents the start. */
export function parseCatalogue(agency: Agency, yaml: string, fileName: string): Catalogue {
  const file = new YamlFile(yaml, fileName);
  const { classes, plain, record } = file.read(catalogueFile);
  const foreign = Object.keys(classes).filter((name) => !name.startsWith(`${agency}.`));
  if (foreign.length > 0) {
    throw new FileFaults(foreign.map((name) => file.fault(['classes', name], `must begin with "${agency}."`)));
  }
  return {
    agency,
    classes: new Map(Object.entries(classes)),
    plain: new Map(Object.entries(plain).flatMap(([reason, names]) => names.map((name) => [name, reason] as const))),
    attributes: { ...COMMON_ATTRIBUTES, ...record },
  };
}
