import { defineConfig } from '@graphql-hive/gateway';

const authorizations = JSON.parse(process.env.AUTHORIZATIONS);

export const gatewayConfig = defineConfig({
  supergraph: process.env.SUPERGRAPH,
  host: process.env.HOST,
  port: Number(process.env.PORT),
  fork: 1,
  logging: false,
  graphiql: false,
  landingPage: false,
  propagateHeaders: {
    // Hive names subgraphs as the enum of the supergraph does, or as its `name`.
    fromClientToSubgraphs: ({ subgraphName }) => ({
      authorization: authorizations[subgraphName.toLowerCase().replaceAll('_', '-')],
    }),
  },
});
