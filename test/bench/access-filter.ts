import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { staticDecisionsBy } from '../../gateway/access/static-decisions';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { rememberingFilter } from '../../gateway/graphql/authorizing-executor';
import { PROJECT } from '../../shared/config/project-root';
import type { AccessContext } from '../../shared/protocol/context-token';
import { preparedOperation } from '../support/prepared';
import { fiftyFragments } from '../support/wide-operations';

const GATEWAY = join(PROJECT, 'gateway/generated');
const TEXTS = 200;

/** A caller who is refused a part, so there is something to remove. */
const CONTEXT: AccessContext = {
  caller: { sub: 'bench', name: 'bench', agency: 'governance-center', roles: ['case-worker'], region: '990101001' },
  purpose: 'RISK_ASSESSMENT',
  reference: null,
  grant: null,
  reasonGiven: false,
};

/** The cost of filtering an operation of 500 fields in 50 fragments: name, value, unit and limit. */
export function measureFilter(): readonly [string, number, string, number][] {
  const { requirements, loadableSdl } = readSupergraph(readFileSync(join(GATEWAY, 'supergraph.graphql'), 'utf8'));
  const rules = readRuleBundle(readFileSync(join(GATEWAY, 'rules.json'), 'utf8'));
  const filter = rememberingFilter(buildSchema(loadableSdl, { assumeValidSDL: true }));
  const staticDecisionsOf = staticDecisionsBy(requirements, rules);
  // Each a distinct text without cached results; the caller's decisions are cached with the first.
  const operations = Array.from({ length: TEXTS }, (_, index) => {
    return preparedOperation(fiftyFragments(`f${index}`));
  });
  const round = () =>
    operations.map((operation) => {
      const before = performance.now();
      const decisions = staticDecisionsOf(rules.rules.decisionsFor(CONTEXT));
      const { removed } = filter(operation, decisions);
      const took = performance.now() - before;
      if (removed.length === 0) throw new Error('There was nothing to take out.');
      return took;
    });
  const first = round();
  const again = round();
  return [
    ['filtering 500 fields in 50 fragments, the very first of a process', first[0] ?? Number.NaN, 'ms', Number.NaN],
    ['the same, a new text, median', median(first), 'ms', 5],
    ['the same, a text that was filtered before, median', median(again), 'ms', 0.2],
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (require.main === module) {
  for (const [what, value, unit, target] of measureFilter()) {
    const most = Number.isNaN(target) ? '' : `  (at most ${target} ${unit}: ${value <= target ? 'met' : 'MISSED'})`;
    console.log(`${what.padEnd(68)} ${value.toFixed(4).padStart(9)} ${unit}${most}`);
  }
}
