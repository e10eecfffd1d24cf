import { z } from 'zod';
import type { Catalogue, DataClassName } from '../../shared/access/catalogue';
import { type FileFault, FileFaults, YamlFile } from '../../shared/cli/read-yaml';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { PURPOSES, type Purpose } from '../../shared/domain/purpose';

/** The file of an owner's agreements, in its folder. */
export const SHARING = 'sharing.yaml';

/** The recipient of an agreement with all agencies of the joint meeting (联席会议). */
export const JOINT_MEETING = 'joint-meeting';

const entry = z.strictObject({
  /** Unique among the owner's agreements with one recipient: `demo-1`. */
  number: z.string().regex(/^[^\s/]+$/, 'must be a number without spaces and slashes'),
  recipient: z.enum([...AGENCIES, JOINT_MEETING]),
  /** All agencies that are bound, the owner among them. */
  parties: z.array(z.enum(AGENCIES)),
  /** Purposes for which the recipient may use the data. */
  purposes: z.array(z.enum(PURPOSES)).min(1, 'names no purpose'),
  /** The owner's data classes that it covers. */
  classes: z.array(z.string()).min(1, 'names no data class'),
  /** `demo`: nobody has signed it, and it allows nothing but a demonstration with synthetic data. */
  state: z.enum(['signed', 'demo']),
});

const sharingFile = z.strictObject({ agreements: z.array(entry) });

/** An agreement (数据共享协议) by which an agency opens some of its data classes to others. */
export interface SharingAgreement {
  /** As rules name it: `education/governance-center/demo-1`. */
  readonly name: string;
  readonly parties: readonly Agency[];
  readonly purposes: readonly Purpose[];
  readonly classes: readonly DataClassName[];
  readonly state: 'signed' | 'demo';
}

export interface Sharing {
  /** By name; undefined if the file cannot be read. */
  readonly agreements: ReadonlyMap<string, SharingAgreement> | undefined;
  readonly faults: readonly FileFault[];
}

/**
 * Reads an owner's `sharing.yaml`, and checks its entries against the owner's catalogue. An empty text contains no
 * agreement. A receiving agency's `agreements.yaml` is another file: it is about fields that the graph itself sends.
 */
export function sharingIn(yaml: string, fileName: string, { agency, classes }: Catalogue): Sharing {
  if (yaml.trim() === '') return { agreements: new Map(), faults: [] };
  const file = new YamlFile(yaml, fileName);
  let entries: z.infer<typeof sharingFile>['agreements'];
  try {
    entries = file.read(sharingFile).agreements;
  } catch (error) {
    if (!(error instanceof FileFaults)) throw error;
    return { agreements: undefined, faults: error.places };
  }
  const agreements = new Map<string, SharingAgreement>();
  const faults: FileFault[] = [];
  for (const [index, { number, recipient, ...rest }] of entries.entries()) {
    const name = `${agency}/${recipient}/${number}`;
    const fault = (path: readonly PropertyKey[], message: string) =>
      faults.push(file.fault(['agreements', index, ...path], message));
    if (agreements.has(name)) fault(['number'], `two agreements are named ${name}`);
    if (recipient === agency) fault(['recipient'], `${agency} needs no agreement with itself`);
    for (const party of [agency, recipient]) {
      if (party !== JOINT_MEETING && !rest.parties.includes(party)) fault(['parties'], `${party} is not among them`);
    }
    for (const [at, one] of rest.classes.entries()) {
      if (!classes.has(one)) fault(['classes', at], `${agency} has no data class "${one}"`);
    }
    agreements.set(name, { name, ...rest });
  }
  return { agreements, faults };
}
