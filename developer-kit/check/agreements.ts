import { z } from 'zod';
import type { Coordinate } from '../../shared/access/labels';
import { type FileFault, FileFaults, YamlFile } from '../../shared/cli/read-yaml';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';

const agreement = z.strictObject({
  /** The sending agency. */
  from: z.enum(AGENCIES),
  /** `Identity.birthDate`: the fields that it agrees to send. */
  fields: z.array(z.string().regex(/^[A-Z]\w*\.\w+$/)).min(1),
  /** Why the receiving agency needs them. */
  purpose: z.string().min(1),
  /** The article or sharing agreement that allows it. */
  basis: z.string().min(1),
});

const agreementsFile = z.strictObject({ agreements: z.array(agreement) });

/** An agreement of one agency to send fields to the agency in whose folder the file is. */
export interface Agreement {
  readonly from: Agency;
  readonly fields: readonly Coordinate[];
  readonly purpose: string;
  readonly basis: string;
  /** Line in the file, from 1. */
  readonly line: number;
}

export interface Agreements {
  readonly agreements: readonly Agreement[];
  readonly faults: readonly FileFault[];
}

/** Reads a receiving agency's `agreements.yaml`; an empty text contains no agreement. */
export function agreementsIn(yaml: string, fileName: string): Agreements {
  if (yaml.trim() === '') return { agreements: [], faults: [] };
  const file = new YamlFile(yaml, fileName);
  try {
    const { agreements } = file.read(agreementsFile);
    return {
      agreements: agreements.map((one, index) => ({ ...one, line: file.lineOf(['agreements', index]) })),
      faults: [],
    };
  } catch (error) {
    if (!(error instanceof FileFaults)) throw error;
    return { agreements: [], faults: error.places };
  }
}
