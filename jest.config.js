/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
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
  // What other gateways need, which only the bench installs.
  modulePathIgnorePatterns: ['<rootDir>/test/bench/contestants/'],
  // No test depends on how fast the machine is: this ends what hangs.
  testTimeout: 300_000,
  // Much of a test's time is the databases': on two cores, the default of one worker leaves one of them idle.
  maxWorkers: 2,
};
