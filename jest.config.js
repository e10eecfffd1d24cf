/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/support/environment.js',
  moduleNameMapper: { '^@cedar-policy/cedar-wasm/nodejs$': '<rootDir>/test/support/cedar-of-worker.js' },
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(ts|js|mjs)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  // These ship ES modules only; jest loads CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(?:jose|auto-bind)/)'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFiles: ['<rootDir>/test/support/cheap-errors.ts'],
  testSequencer: '<rootDir>/test/support/longest-first.js',
  // What other gateways need, which only the bench installs.
  modulePathIgnorePatterns: ['<rootDir>/test/bench/contestants/'],
  // No test depends on how fast the machine is: this ends what hangs.
  testTimeout: 900_000,
  // Much of a test's time is the databases': on two cores, the default of one worker leaves one of them idle.
  maxWorkers: 2,
};
