import { type FieldDefinitionNode, Kind } from 'graphql';
import { placesOf } from '../definitions';
import type { Finding } from '../finding';
import type { Rule } from './rule';

/**
 * What has no label is answered to everybody. So a name needs a reason in the catalogue, and every type and field that comes
 * to be answered like this is an opening.
 */
export const plainFields: Rule = ({ before, after }) =>
  [...after.agencies.values()].flatMap(({ agency, catalogue, definitions, folder }) => {
    const plain = catalogue?.plain ?? new Map<string, string>();
    const former = before.graph.agencies.get(agency)?.catalogue.plain ?? new Map<string, string>();
    const known = before.definitions.get(agency) ?? new Map();
    const finding = (severity: Finding['severity'], message: string, places: Finding['places']): Finding => ({
      what: 'plain',
      severity,
      agencies: [agency],
      message,
      places,
    });
    const { path, text } = folder.catalogue;
    const inCatalogue = (name: string) => ({ file: path, line: lineOfName(text, name) });
    return [
      ...[...plain]
        .filter(([, reason]) => reason.trim() === '')
        .map(([name]) => finding('error', `${name} has no label, and no reason in the catalogue`, [inCatalogue(name)])),
      ...[...plain]
        .filter(([name]) => !former.has(name))
        .map(([name, reason]) =>
          finding('opening', `${name} has no label and is answered to everybody: ${reason}`, [
            ...placesOf(definitions.get(name)),
            inCatalogue(name),
          ]),
        ),
      ...[...definitions].flatMap(([coordinate, node]) => {
        const [type = '', field] = coordinate.split('.');
        if (field === undefined || node.kind !== Kind.FIELD_DEFINITION || known.has(coordinate)) return [];
        if (!plain.has(type) || !former.has(type) || hasLabel(node)) return [];
        return [
          finding(
            'opening',
            `${coordinate} has no label and is answered to everybody, like all of ${type}`,
            placesOf(node),
          ),
        ];
      }),
    ];
  });

// Private:

/** From 1; undefined if the text does not have the name as a word. */
function lineOfName(text: string, name: string): number | undefined {
  const isNamed = new RegExp(`(?<![\\w.])${name.replace('.', '\\.')}(?![\\w.])`);
  const line = text.split('\n').findIndex((one) => isNamed.test(one));
  return line < 0 ? undefined : line + 1;
}

const hasLabel = ({ directives = [] }: FieldDefinitionNode): boolean =>
  directives.some(({ name }) => name.value === 'policy');
