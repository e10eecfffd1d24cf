import { SaxesParser } from 'saxes';
import { damaged } from './archive';

/** Events of a part's XML, in document order. Names come without prefix. */
export interface Handlers {
  opened(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  closed?(name: string): void;
}

/**
 * Reads XML piece by piece. Refuses a document type, which could define entities and which workbooks do not have.
 *
 * @returns yields after each piece, once it has called the handlers for everything that the piece completes.
 * @throws {ImportRefused} for malformed XML.
 */
export async function* readElements(
  pieces: AsyncIterable<string>,
  { opened, text, closed }: Handlers,
): AsyncGenerator<void> {
  const parser = new SaxesParser();
  parser.on('error', () => {
    throw damaged('a part of it is not well-formed XML');
  });
  parser.on('doctype', () => {
    throw damaged('a part of it declares a document type');
  });
  parser.on('opentag', ({ name, attributes }) => opened(local(name), attributes));
  if (text !== undefined) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  if (closed !== undefined) parser.on('closetag', ({ name }) => closed(local(name)));
  for await (const piece of pieces) {
    parser.write(piece);
    yield;
  }
  parser.close();
  yield;
}

/** Reads a small part at once. */
export async function readAllElements(pieces: AsyncIterable<string>, handlers: Handlers): Promise<void> {
  for await (const _ of readElements(pieces, handlers));
}

// Private:

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
