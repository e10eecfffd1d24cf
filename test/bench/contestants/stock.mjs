import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';

// The gateway as its documentation sets it up: its default fetcher, its own HTTP server.
const authorizations = JSON.parse(process.env.AUTHORIZATIONS);

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.env.SUPERGRAPH, 'utf8'),
  buildService: ({ name, url }) =>
    new RemoteGraphQLDataSource({
      url,
      willSendRequest({ request }) {
        request.http.headers.set('authorization', authorizations[name]);
      },
    }),
});

await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: process.env.HOST, port: Number(process.env.PORT) },
});
