import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ErrorList } from './error-list';

export interface FilePlace {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A fault in a file. */
export interface FileFault extends FilePlace {
  /** `officers.0.role: is missing` */
  readonly message: string;
}

/** Every fault of a file, one line each: `officers.0.role: is missing (subgraphs/education/agency.yaml:7)`. */
export class FileFaults extends ErrorList {
  readonly places: readonly FileFault[];

  constructor(places: readonly FileFault[]) {
    super(places.map(({ message, file, line }) => `${message} (${file}:${line})`));
    this.places = places;
  }
}

/** A path into a file: `['officers', 0, 'role']`. */
export type YamlPath = readonly PropertyKey[];

export interface YamlOptions {
  /** Reads every scalar as text: a code like 0101 and a day are not numbers. */
  readonly asText?: boolean;
}

/** A YAML file that can tell the line of each of its parts. */
export class YamlFile {
  readonly name: string;
  private readonly document: Document.Parsed;
  private readonly lines = new LineCounter();

  /** @param name of the file, for messages. */
  constructor(text: string, name: string, { asText = false }: YamlOptions = {}) {
    this.name = name;
    this.document = parseDocument(text, { lineCounter: this.lines, ...(asText && { schema: 'failsafe' }) });
  }

  /** @throws FileFaults for a file that is not YAML, or does not have this shape. */
  read<Shape extends z.ZodType>(shape: Shape): z.infer<Shape> {
    const { errors } = this.document;
    if (errors.length > 0) {
      throw new FileFaults(
        errors.map(({ message, pos: [start] }) => {
          const [what = message] = message.split('\n');
          return this.faultAt(start, what.replace(/ at line \d+, column \d+:?$/, ''));
        }),
      );
    }
    return this.check(this.document.toJS(), shape);
  }

  /**
   * Checks a value that was made from the file, such as entries with what they inherit filled in. Its paths are those of the
   * file; the fault of an inherited part has the line of the entry that inherits it.
   *
   * @throws FileFaults for a value that does not have this shape.
   */
  check<Shape extends z.ZodType>(value: unknown, shape: Shape): z.infer<Shape> {
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new FileFaults(parsed.error.issues.map((issue) => this.faultOf(issue, value)));
  }

  /** The line of a key or an item, from 1; if it is missing, the line of its parent. */
  lineOf(path: YamlPath): number {
    return this.lines.linePos(startOf(this.document, path)).line;
  }

  fault(path: YamlPath, message: string): FileFault {
    return this.faultAt(startOf(this.document, path), path.length === 0 ? message : `${path.join('.')}: ${message}`);
  }

  // Private:

  private faultOf(issue: z.core.$ZodIssue, value: unknown): FileFault {
    const missing = issue.code === 'invalid_type' && issue.path.length > 0 && partOf(value, issue.path) === undefined;
    const { message } = this.fault(issue.path, missing ? 'is missing' : issue.message);
    const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    return { message, file: this.name, line: this.lineOf([...issue.path, ...unknown]) };
  }

  private faultAt(start: number, message: string): FileFault {
    return { message, file: this.name, line: this.lines.linePos(start).line };
  }
}

/**
 * Reads a YAML file.
 *
 * @param fileName for messages.
 * @throws FileFaults
 */
export function readYaml<Shape extends z.ZodType>(
  text: string,
  fileName: string,
  shape: Shape,
  options?: YamlOptions,
): z.infer<Shape> {
  return new YamlFile(text, fileName, options).read(shape);
}

// Private:

function partOf(value: unknown, path: YamlPath): unknown {
  return path.reduce((part, key) => (part as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

/** The offset of a key, or of an item without one; if it is missing, the offset of its parent. */
function startOf(document: Document, path: YamlPath): number {
  const parent = path.slice(0, -1);
  const around = parent.length === 0 ? document.contents : document.getIn(parent, true);
  const key = isMap(around)
    ? around.items.find(({ key: one }) => isScalar(one) && String(one.value) === String(path.at(-1)))?.key
    : document.getIn(path, true);
  const [start] = (key as { readonly range?: readonly number[] } | undefined)?.range ?? [];
  if (start !== undefined) return start;
  return path.length === 0 ? (document.contents?.range?.[0] ?? 0) : startOf(document, parent);
}
