// Checks the licence of everything in a CycloneDX bill of materials: node .ci/licences.mjs bom.json
import { readFileSync } from 'node:fs';

const say = (line) => process.stdout.write(`${line}\n`);

/** What may be passed on with this project, and how it may be used by those who get it, without asking anyone. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
]);

/** Others that somebody has decided about, each for the packages named and no more. The end of README.md says so. */
const DECIDED = new Map([
  ['Elastic-2.0', /^@apollo\/(?:composition|federation-internals|gateway|query-graphs|query-planner)$/],
  // Data about browsers, of a development tool: nothing of it is passed on.
  ['CC-BY-4.0', /^caniuse-lite$/],
]);

/** Of an SPDX expression without nested parentheses, such as `(MIT OR CC0-1.0)`. */
const allowed = (expression, name) =>
  expression
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((id) => PERMISSIVE.has(id) || DECIDED.get(id)?.test(name)));

const { components } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const refused = components.flatMap(({ name, group, version, licenses = [] }) => {
  const full = group === undefined ? name : `${group}/${name}`;
  const expressions = licenses.map(({ expression, license }) => expression ?? license.id ?? license.name);
  const fine = expressions.length > 0 && expressions.every((expression) => allowed(expression, full));
  return fine ? [] : [`${full}@${version}: ${expressions.join(', ') || 'no licence'}`];
});
for (const line of refused) say(line);
say(`${components.length} packages, ${refused.length} under a licence that nobody has decided about`);
process.exit(refused.length > 0 || components.length === 0 ? 1 : 0);
