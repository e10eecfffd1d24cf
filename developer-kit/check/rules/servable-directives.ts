import { Kind, visit } from 'graphql';
import { placesOf } from '../definitions';
import type { Finding } from '../finding';
import type { Rule } from './rule';

/** Directives that compose but prevent the gateway from loading the graph: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/use-contexts */
export const servableDirectives: Rule = ({ after }) =>
  [...after.agencies.values()].flatMap(({ agency, schema }) => {
    const findings: Finding[] = [];
    if (schema === undefined) return findings;
    visit(schema, {
      Directive: (node) => {
        const name = node.name.value.replace(/^federation__/, '');
        if (!REFUSED.has(name)) return;
        const message = `@${name} composes, but the gateway refuses to load a supergraph with it`;
        findings.push({ what: 'directive', severity: 'error', agencies: [agency], message, places: placesOf(node) });
      },
      [Kind.DIRECTIVE_DEFINITION]: () => false,
    });
    return findings;
  });

// Private:

const REFUSED: ReadonlySet<string> = new Set(['context', 'fromContext', 'cacheTag']);
