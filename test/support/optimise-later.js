const { setFlagsFromString } = require('node:v8');

/**
 * V8 optimises what has run for a while, on all cores in the background. Of what a test file or a process of a test runs, most
 * is over by then: only what runs fifteen times as long is worth it.
 */
setFlagsFromString('--interrupt-budget=1000000');
