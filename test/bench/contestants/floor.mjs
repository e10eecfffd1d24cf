import fastify from 'fastify';
import { Pool } from 'undici';

// No GraphQL engine: the two operations of the bench, each with the calls that a query planner makes of it, written by hand.
const urls = JSON.parse(process.env.SUBGRAPH_URLS);
const authorizations = JSON.parse(process.env.AUTHORIZATIONS);
const operations = JSON.parse(process.env.FLOOR_OPERATIONS);

const agencies = Object.fromEntries(
  Object.entries(urls).map(([name, url]) => {
    const { origin, pathname } = new URL(url);
    const pool = new Pool(origin, { connections: 64 });
    const headers = { 'content-type': 'application/json', authorization: authorizations[name] };
    return [
      name,
      async (body) => {
        const response = await pool.request({ method: 'POST', path: pathname, headers, body: JSON.stringify(body) });
        const { data, errors } = await response.body.json();
        if (errors !== undefined) throw new Error(`${name}: ${errors[0].message}`);
        return data;
      },
    ];
  }),
);

async function withSections(children, sections) {
  const representations = children.map(({ id }) => ({ __typename: 'Child', id }));
  const found = await Promise.all(
    sections.map(({ agency, query }) => agencies[agency]({ query, variables: { representations } })),
  );
  for (const { _entities } of found) {
    for (let index = 0; index < children.length; index += 1) Object.assign(children[index], _entities[index]);
  }
}

const app = fastify({ logger: false });
app.post('/graphql', async ({ body: { operationName, variables } }) => {
  const operation = operations[operationName];
  if (operation === undefined) return { data: { __typename: 'Query' } };
  const data = await agencies[operation.root.agency]({ query: operation.root.query, variables });
  await withSections(operationName === 'Record' ? [data.child] : data.children.nodes, operation.sections);
  return { data };
});
await app.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
