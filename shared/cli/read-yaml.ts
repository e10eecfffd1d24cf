import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ErrorList } from './error-list';

/**
 * Reads a YAML file that people write.
 *
 * @throws ErrorList with every fault, one line each: where in the file, what is wrong, file and line.
 */
export function readYaml<Shape extends z.ZodType>(text: string, fileName: string, shape: Shape): z.infer<Shape> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ErrorList(
      document.errors.map(({ message, pos: [start] }) => {
        const [what = message] = message.split('\n');
        return `${what.replace(/ at line \d+, column \d+:?$/, '')} (${fileName}:${lines.linePos(start).line})`;
      }),
    );
  }
  const parsed = shape.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new ErrorList(
    parsed.error.issues.map((issue) => {
      const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
      const line = lines.linePos(startOf(document, [...issue.path, ...unknown])).line;
      const where = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
      const missing = issue.code === 'invalid_type' && !document.hasIn(issue.path) && issue.path.length > 0;
      return `${where}${missing ? 'is missing' : issue.message} (${fileName}:${line})`;
    }),
  );
}

// Private:

/** Where the thing at a path begins, its key where it has one; of what is missing, where the thing around it begins. */
function startOf(document: Document, path: readonly PropertyKey[]): number {
  const parent = path.slice(0, -1);
  const around = parent.length === 0 ? document.contents : document.getIn(parent, true);
  const key = isMap(around)
    ? around.items.find(({ key: one }) => isScalar(one) && String(one.value) === String(path.at(-1)))?.key
    : document.getIn(path, true);
  const [start] = (key as { readonly range?: readonly number[] } | undefined)?.range ?? [];
  if (start !== undefined) return start;
  return path.length === 0 ? (document.contents?.range?.[0] ?? 0) : startOf(document, parent);
}
