// Refusals are errors, and tests of rules create hundreds of thousands of them; jest keeps a hundred frames of each.
Error.stackTraceLimit = 10;

// graphql also compares types by name unless it is loaded in production mode.
const { NODE_ENV } = process.env;
process.env.NODE_ENV = 'production';
require('graphql/jsutils/instanceOf');
process.env.NODE_ENV = NODE_ENV;
