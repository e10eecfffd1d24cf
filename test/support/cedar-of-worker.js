/** Stands for `@cedar-policy/cedar-wasm/nodejs` in tests: see environment.js. */
module.exports = globalThis.cedarOfWorker;
