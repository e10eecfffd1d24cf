const { setFlagsFromString } = require('node:v8');

require('./optimise-later');

/**
 * Loaded by processes that tests start, by NODE_OPTIONS. They read the rules once: V8 would optimise Cedar for that on all cores
 * for longer than it takes.
 */
setFlagsFromString('--wasm-tiering-budget=1000000000');
