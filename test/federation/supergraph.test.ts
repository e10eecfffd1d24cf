import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { ApolloGateway } from '@apollo/gateway';
import { parse } from 'graphql';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { silenceVendorTelemetry } from '../../gateway/federation/vendor-telemetry';
import { PROJECT } from '../../shared/config/project-root';

const FULL = readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8');

/** The error of `ApolloGateway` for a supergraph; undefined if it loads it. */
async function loadFault(supergraphSdl: string): Promise<string | undefined> {
  silenceVendorTelemetry();
  const gateway = new ApolloGateway({ supergraphSdl, logger: { debug() {}, info() {}, warn() {}, error() {} } });
  try {
    await gateway.load();
    return undefined;
  } catch (error) {
    return String(error);
  } finally {
    await gateway.stop().catch(() => undefined);
  }
}

test('ApolloGateway refuses the full supergraph, and loads the copy without security features', async () => {
  expect(await loadFault(FULL)).toMatch(/policy/);
  const { loadableSdl } = readSupergraph(FULL);
  expect(loadableSdl).not.toMatch(/@policy|policy__Policy/);
  expect(await loadFault(loadableSdl)).toBeUndefined();
});

test('the copy lacks all security features and nothing else', async () => {
  const { supergraphSdl } = composeServices([
    {
      name: 'a',
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes", "@policy", "@tag"])
        type Query { me: Me @authenticated @policy(policies: [["a.name"]]) }
        type Me @key(fields: "id") { id: ID! @tag(name: "kept") mail: String @requiresScopes(scopes: [["mail"]]) name: String @policy(policies: [["a.name"]]) }
      `),
    },
  ]);
  const { loadableSdl, requirements } = readSupergraph(supergraphSdl ?? '');
  expect(loadableSdl).not.toMatch(/authenticated|requiresScopes|policy/);
  expect(loadableSdl).toContain('@tag(name: "kept")');
  expect(await loadFault(loadableSdl)).toBeUndefined();
  // Every caller is authenticated, and nobody has scopes: such a class is in no catalogue and is refused to everyone.
  expect([requirements.byField.get('Query.me'), requirements.byField.get('Me.mail')]).toEqual([
    [[['a.name']]],
    [[['@requiresScopes']]],
  ]);
});

test.each(['Query', 'Mutation'])('a root field of %s with only @authenticated is refused', (root) => {
  const { supergraphSdl } = composeServices([
    {
      name: 'a',
      typeDefs: parse(`
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@policy"])
        type Query { me: Int @policy(policies: [["a.name"]]) }
        type Mutation { me: Int @policy(policies: [["a.name"]]) }
        extend type ${root} { open: Int @authenticated }
      `),
    },
  ]);
  expect(() => readSupergraph(supergraphSdl ?? '')).toThrow(`a root field without a label, ${root}.open: refused`);
});

test('a supergraph that renames a security directive is refused', () => {
  const link = '@link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)';
  expect(FULL).toContain(link);
  expect(() =>
    readSupergraph(
      FULL.replace(link, '@link(url: "https://specs.apollo.dev/policy/v0.1", as: "label", for: SECURITY)'),
    ),
  ).toThrow(/renames the security directive/);
  expect(() =>
    readSupergraph(
      FULL.replace(
        link,
        '@link(url: "https://specs.apollo.dev/policy/v0.1", import: [{ name: "@policy", as: "@label" }], for: SECURITY)',
      ),
    ),
  ).toThrow(/renames the security directive/);
});

test('a supergraph with an unlabelled root field is refused', () => {
  const field =
    'childByIdNumber(idNumber: String!): Child @join__field(graph: GOVERNANCE_CENTER) @policy(policies: [["governance-center.lookup"], ["governance-center.emergency"]])';
  expect(FULL).toContain(field);
  expect(() => readSupergraph(FULL.replace(field, field.replace(/ @policy.*/, '')))).toThrow(/Query\.childByIdNumber/);
});

test('a supergraph without labels is refused', () => {
  expect(() => readSupergraph(readSupergraph(FULL).loadableSdl)).toThrow(/no labels/);
});

test('vendor telemetry, reporting and disabled protections are off, whatever the environment says', () => {
  const environment: NodeJS.ProcessEnv = {
    APOLLO_TELEMETRY_DISABLED: 'false',
    APOLLO_KEY: 'service:record:key',
    APOLLO_GRAPH_REF: 'record@current',
    APOLLO_DISABLE_SECURITY_RECURSIVE_SELECTIONS_CHECK: 'true',
    APOLLO_DISABLE_SECURITY_NON_LOCAL_SELECTIONS_CHECK: 'true',
    PATH: '/bin',
  };
  silenceVendorTelemetry(environment);
  expect(environment).toEqual({ APOLLO_TELEMETRY_DISABLED: 'true', PATH: '/bin' });
});
