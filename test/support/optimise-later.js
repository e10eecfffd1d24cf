const { setFlagsFromString } = require('node:v8');

/** V8's own `--interrupt-budget`, roughly. */
const BUDGET = 66_667;

/** These compute the same of thousands of cells, so that more of what they run is worth optimising. */
const REPETITIVE = ['writes', 'cases'];

const optimiseLater = (times) => setFlagsFromString(`--interrupt-budget=${times * BUDGET}`);

/**
 * V8 optimises what has run for a while, on all cores in the background. Of what a test file or a process of a test runs, most
 * is over by then: only what runs fifteen times as long is worth it.
 */
optimiseLater(15);

module.exports = {
  /** Sets how long something runs before V8 optimises it in a test file. */
  optimiseLaterIn(testFile) {
    optimiseLater(REPETITIVE.some((name) => testFile.endsWith(`/access/${name}.test.ts`)) ? 3 : 15);
  },
};
