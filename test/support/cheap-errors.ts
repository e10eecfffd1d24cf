// Refusals are errors, and tests of rules make hundreds of thousands of them. jest keeps a hundred frames of each.
Error.stackTraceLimit = 10;

// graphql compares types by their names, too, unless it is loaded as in production.
const { NODE_ENV } = process.env;
process.env.NODE_ENV = 'production';
require('graphql/jsutils/instanceOf');
process.env.NODE_ENV = NODE_ENV;
