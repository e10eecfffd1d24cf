require('./compiled-once');
const { optimiseLaterIn } = require('./optimise-later');
require('./resting-planning-threads');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');
const { TestEnvironment } = require('jest-environment-node');

/** Most of a start's time goes to reading the agencies' rules, which are the same in nearly every file. */
const PURE = ['policySetTextToParts', 'policyToJson', 'validate'];
const REMEMBERED = 5_000;

/**
 * Node, with one Cedar for all files of a worker instead of one that is compiled for each, and with what it has said of a text
 * remembered as JSON: each file gets objects of its own.
 */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    optimiseLaterIn(context.testPath);
  }

  async setup() {
    await super.setup();
    this.global.cedarOfWorker = { ...cedar, ...Object.fromEntries(PURE.map((name) => [name, this.remembered(name)])) };
  }

  remembered(name) {
    const parse = this.global.JSON.parse;
    return (...given) => {
      const question = `${name} ${JSON.stringify(given)}`;
      const known = answers.get(question);
      if (known !== undefined) return parse(known);
      const answer = JSON.stringify(cedar[name](...given));
      if (answers.size < REMEMBERED) answers.set(question, answer);
      return parse(answer);
    };
  }
};

const answers = new Map();
