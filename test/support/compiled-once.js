const vm = require('node:vm');

const scripts = new Map();
const { compileFunction } = vm;

/**
 * jest compiles every module anew for each test file, and V8 every function of it that is called. All files of a worker share
 * what has been compiled: each still runs the module in a context of its own, so that its state is its own, too.
 */
vm.compileFunction = (code, parameters, options = {}) => {
  const { filename, parsingContext } = options;
  if (filename === undefined || parsingContext === undefined) return compileFunction(code, parameters, options);
  const known = scripts.get(filename);
  const script = known?.code === code ? known.script : compiled(code, parameters, filename);
  scripts.set(filename, { code, script });
  return script.runInContext(parsingContext);
};

/** Without `import()`, which jest refuses in CommonJS: modules of the project have none that swc has not translated. */
function compiled(code, parameters, filename) {
  const head = `(function (${parameters}) {`;
  // Places in stack traces stay those of the module.
  return new vm.Script(`${head}${code}\n})`, { filename, columnOffset: -head.length });
}
