const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * On a machine without durations of an earlier run jest begins with the largest files. These take longest, the longest one
 * first: begun last, one of them would leave the other workers idle.
 */
const LONGEST = [
  'access/ledger-paired-worlds',
  'access/paired-worlds',
  'access/writes',
  'e2e/scaling',
  'e2e/new-agency',
  'e2e/lifecycle',
  'e2e/ledger-survives',
  'access/differential',
  'access/cases',
  'e2e/access-modes',
  'e2e/development',
  'e2e/hot-reload',
  'e2e/interrupted-start',
  'e2e/mutations-once',
  'unit/commands',
  'ledger/outage',
  'synthetic/district',
  'e2e/startup-network',
  'federation/mutation-labels',
  'federation/execution',
  'e2e/import',
  'access/silent-finders',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = LONGEST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return place === -1 ? LONGEST.length : place;
    };
    return super.sort(tests).toSorted((a, b) => rank(a) - rank(b));
  }
};
