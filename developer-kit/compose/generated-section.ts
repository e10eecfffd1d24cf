/**
 * Replaces a marked section in a file that is otherwise written by hand: between `# agencies: networks` and `#
 * /agencies: networks`, or the same in Markdown comments.
 *
 * @throws unless the file has both marks, once and in order.
 */
export function withSection(text: string, name: string, content: string, fileName: string): string {
  const lines = text.split('\n');
  const isMarker = (line: string, marker: string) => [`# ${marker}`, `<!-- ${marker} -->`].includes(line.trim());
  const places = (marker: string) => lines.flatMap((line, index) => (isMarker(line, marker) ? [index] : []));
  const [begin, ...others] = places(name);
  const [end, ...otherEnds] = places(`/${name}`);
  if (begin === undefined || end === undefined || others.length + otherEnds.length > 0 || end < begin) {
    throw new Error(
      `${fileName} must have "${name}" and "/${name}" as comments on lines of their own, once and in order.`,
    );
  }
  return [...lines.slice(0, begin + 1), content, ...lines.slice(end)].join('\n');
}
