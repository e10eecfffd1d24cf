import { z } from 'zod';
import { type FileFault, FileFaults, YamlFile } from '../../shared/cli/read-yaml';
import type { SourceFile } from '../../shared/config/agency-files';

const silentFact = z.strictObject({
  field: z.string().regex(/^(?:Child|Clue)\.\w+(?: \{ \w+)*(?: \})*$/, 'must be like Child.welfare { reason }'),
  put: z.string().min(1),
  takeOut: z.string().min(1),
});

const sealedFact = z.strictObject({
  table: z.string().min(1),
  /** SQL of each column's value. */
  columns: z.record(z.string(), z.string()),
  /** The condition for these rows, if the table has others. */
  where: z.string().optional(),
});

const factsFile = z.strictObject({
  /** SQL of the data that facts depend on, which all worlds have; `:focus` is bound. */
  given: z.array(z.string()).default([]),
  /** By data class: what is absent for those who may not see it. */
  silent: z.record(z.string(), silentFact).default({}),
  /** Rows that no view shows. */
  sealed: z.array(sealedFact).default([]),
  /** Views with conditions that no fact is about, and why these hide nothing secret. */
  notSecret: z.record(z.string(), z.string().min(1)).default({}),
});

/** Name of the file below an agency's folder. */
export const FACTS = 'test/facts.yaml';

/** An agency's facts that must leave no trace where they are not shown: `test/facts.yaml`. */
export type Facts = Readonly<z.infer<typeof factsFile>>;
export type SealedFact = Facts['sealed'][number];

export interface ReadFacts {
  readonly facts: Facts;
  /** With no facts if the file cannot be read. */
  readonly faults: readonly FileFault[];
  /** The line of a key or an item, from 1. */
  lineOf(path: readonly (string | number)[]): number;
}

/** Reads an agency's facts; an agency without the file has none. */
export function factsIn(source: SourceFile | undefined): ReadFacts {
  const { path = '', text = '' } = source ?? {};
  const file = new YamlFile(text.trim() === '' ? '{}' : text, path);
  const lineOf = (key: readonly (string | number)[]) => file.lineOf(key);
  try {
    return { facts: file.read(factsFile), faults: [], lineOf };
  } catch (error) {
    if (!(error instanceof FileFaults)) throw error;
    return { facts: factsFile.parse({}), faults: error.places, lineOf };
  }
}

/** `benefit where tells_placement` */
export const nameOfSealed = ({ table, where }: SealedFact): string =>
  where === undefined ? table : `${table} where ${where}`;
