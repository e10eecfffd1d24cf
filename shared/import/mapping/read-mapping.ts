import { isNode, LineCounter, parseDocument } from 'yaml';
import { ImportRefused } from '../refused';
import { type Mapping, mappingSchema } from './mapping';

/**
 * Reads an agency's mapping file.
 *
 * @param fileName for messages.
 * @throws {ImportRefused} with a line for every fault, each with its place in the file.
 */
export function readMapping(yaml: string, fileName: string): Mapping {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number) => `${fileName}:${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new ImportRefused(
      document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message.split('\n')[0]}`).join('\n'),
    );
  }
  const parsed = mappingSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => {
    // The place of the nearest thing that is there: what is missing has none.
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return `${at(node.range[0])}: ${path.join('.')}: ${message}`;
    }
    return `${at(0)}: ${path.join('.')}: ${message}`;
  });
  throw new ImportRefused(faults.join('\n'));
}
