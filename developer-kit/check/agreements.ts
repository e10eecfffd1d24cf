import { LineCounter, parse, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Coordinate } from '../../shared/access/labels';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';

const agreement = z.strictObject({
  /** The agency that sends. */
  from: z.enum(AGENCIES),
  /** `Identity.birthDate`: the fields that it agrees to send. */
  fields: z.array(z.string().regex(/^[A-Z]\w*\.\w+$/)).min(1),
  /** What the receiving agency needs them for. */
  purpose: z.string().min(1),
  /** The article or sharing agreement that allows it. */
  basis: z.string().min(1),
});

const agreementsFile = z.strictObject({ agreements: z.array(agreement) });

/** What one agency has agreed to send to the one in whose folder this stands. */
export interface Agreement {
  readonly from: Agency;
  readonly fields: readonly Coordinate[];
  readonly purpose: string;
  readonly basis: string;
  /** In the file, from 1. */
  readonly line: number;
}

export interface Agreements {
  readonly agreements: readonly Agreement[];
  readonly faults: readonly { readonly message: string; readonly line: number }[];
}

/** Reads `agreements.yaml` of a receiving agency; an empty text is no agreement. */
export function agreementsIn(yaml: string): Agreements {
  if (yaml.trim() === '') return { agreements: [], faults: [] };
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter });
  const lineAt = (index: unknown): number => {
    const start = typeof index === 'number' ? rangeOf(document.getIn(['agreements', index], true)) : undefined;
    return start === undefined ? 1 : counter.linePos(start).line;
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) {
    const [message = ''] = syntax.message.split('\n');
    return { agreements: [], faults: [{ message, line: syntax.linePos?.[0].line ?? 1 }] };
  }
  const read = agreementsFile.safeParse(parse(yaml));
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => ({
      message: `${path.join('.') || 'the file'}: ${message}`,
      line: lineAt(path[1]),
    }));
    return { agreements: [], faults };
  }
  return { agreements: read.data.agreements.map((one, index) => ({ ...one, line: lineAt(index) })), faults: [] };
}

// Private:

const rangeOf = (node: unknown): number | undefined =>
  (node as { readonly range?: readonly number[] } | undefined)?.range?.[0];
