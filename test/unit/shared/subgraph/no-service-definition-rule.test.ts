import { buildSchema, parse, validate } from 'graphql';
import { NoServiceDefinitionRule } from '../../../../shared/subgraph/schema/no-service-definition-rule';

const SCHEMA = buildSchema(
  'type Query { _service: Service child: Child } type Service { sdl: String } type Child { id: ID }',
);

test.each([
  ['{ _service { sdl } }', 1],
  ['{ child { id } renamed: _service { sdl } }', 1],
  ['query { ...F } fragment F on Query { _service { sdl } }', 1],
  ['{ child { id } }', 0],
])('%s has %i refused fields', (query, refused) => {
  const errors = validate(SCHEMA, parse(query), [NoServiceDefinitionRule]);
  expect(errors.map(({ message }) => message)).toEqual(
    Array(refused).fill('This subgraph does not reveal its schema.'),
  );
});
