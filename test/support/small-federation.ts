import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knex } from 'knex';
import { pino } from 'pino';
import { compose } from '../../developer-kit/compose/compose';
import { inProcessTransport } from '../../gateway/agencies/transport';
import { createGateway } from '../../gateway/gateway';
import { limitSettings } from '../../gateway/limits/settings';
import { readAgencyRules, ruleTexts } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import { Environment } from '../../shared/config/environment';
import type { Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import type { Subgraph, SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { createSubgraph } from '../../shared/subgraph/subgraph';
import type { AnySubgraphDefinition } from '../../shared/subgraph/subgraph-definition';
import { TEST_CHILD_IDS } from './databases';
import { demoCaller } from './identity-provider';
import { UNHURRIED } from './patience';
import { rememberingLedger } from './remembering-ledger';

/** An agency with the classes `open` (everyone), `closed` (refused visibly) and `silent` (refused as absent). */
export interface SmallAgency {
  readonly agency: Agency;
  readonly schema: string;
  readonly plain?: readonly string[];
  readonly resolvers: AnySubgraphDefinition['resolvers'];
  readonly records?: AnySubgraphDefinition['records'];
}

export interface SmallAnswer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
  readonly body: any;
}

export interface SmallFederation {
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<SmallAnswer>;
  /** Requests to agencies with their answers, since the last call of `ask`. */
  readonly exchanges: { readonly agency: Agency; readonly query: string; readonly answer: string }[];
  /** The status of GET /ready. */
  ready(): Promise<number>;
  close(): Promise<void>;
}

export const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy", "@inaccessible", "@external", "@requires"])';

/** Folders of agencies in the form that `compose` reads. */
function agencyFolders(agencies: readonly Omit<SmallAgency, 'resolvers'>[]) {
  const directory = mkdtempSync(join(tmpdir(), 'small-federation-'));
  const folders = agencies.map(({ agency, schema, plain = [] }) => {
    const folder = join(directory, agency);
    mkdirSync(folder);
    writeFileSync(join(folder, 'schema.graphql'), schema.includes('@link') ? schema : `${LINK}\n${schema}`);
    const listed = (name: string, refusal: string) =>
      `  ${agency}.${name}: { name: 测试, grade: general, basis: 测试法 第一条, refusal: ${refusal} }`;
    writeFileSync(
      join(folder, 'catalogue.yaml'),
      `classes:\n${listed('open', 'denied')}\n${listed('closed', 'denied')}\n${listed('silent', 'absent')}\nplain: ${JSON.stringify(plain)}\n`,
    );
    writeFileSync(
      join(folder, 'access.cedar'),
      `@id("${agency}.open") @basis("测试法 第一条")\npermit (principal, action in [Action::"read", Action::"write"], resource in DataClass::"${agency}.open");\n`,
    );
    return { agency, folder };
  });
  return { folders, remove: () => rmSync(directory, { recursive: true }) };
}

/** The result of composing agencies. */
export function composed(agencies: readonly Omit<SmallAgency, 'resolvers'>[]) {
  const { folders, remove } = agencyFolders(agencies);
  try {
    return compose(folders);
  } finally {
    remove();
  }
}

/** The data of these agencies is in their resolvers. */
const NO_DATABASE = knex({ client: 'pg' });

/**
 * A gateway over a few real subgraphs in this process, always asked by the same officer. @param supergraphSdl replaces
 * the composed one. @param spoil changes an agency's answer. @param childIdKeys pseudonym keys by agency, if the
 * gateway is to compare them.
 */
export async function smallFederation(
  agencies: readonly SmallAgency[],
  supergraphSdl = composed(agencies).sdl ?? '',
  spoil: (response: SubgraphResponse, agency: Agency) => SubgraphResponse = (response) => response,
  childIdKeys?: ReadonlyMap<Agency, Buffer>,
): Promise<SmallFederation> {
  const { folders, remove } = agencyFolders(agencies);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const log = pino({ level: 'silent' });
  const exchanges: SmallFederation['exchanges'] = [];
  const subgraphs = new Map<Agency, Subgraph>();
  for (const [index, { agency, folder }] of folders.entries()) {
    const { resolvers, records = {} } = agencies[index] as SmallAgency;
    const { handle, ...subgraph } = createSubgraph({
      definition: {
        agency,
        folder,
        loaders: () => undefined,
        resolvers,
        records,
        seed: { tables: [], ofChild: () => ({}) },
      },
      db: NO_DATABASE,
      childIds: childIds({ ...TEST_CHILD_IDS, key: childIdKeys?.get(agency) ?? TEST_CHILD_IDS.key }),
      verifyContext: contextVerifier(publicKeyPem, agency),
      log,
    });
    subgraphs.set(agency, {
      ...subgraph,
      async handle(request) {
        const response = spoil(await handle(request), agency);
        exchanges.push({ agency, query: JSON.stringify(request.body), answer: JSON.stringify(response.body) });
        return response;
      },
    });
  }
  const rules = folders.map(({ agency, folder }) => readAgencyRules(agency, ruleTexts(folder)));
  remove();
  const gateway = createGateway({
    supergraphSdl,
    rules: { version: 'test', agencies: rules, rules: new AccessRules(rules), masked: new Map() },
    accessMode: 'filter',
    transports: new Map([...subgraphs].map(([agency, subgraph]) => [agency, inProcessTransport(() => subgraph)])),
    authenticate: async () => demoCaller('education-officer'),
    limits: limitSettings(new Environment(UNHURRIED)),
    signContext: contextSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string),
    comparesChildIdKeys: childIdKeys !== undefined,
    log,
  });
  await gateway.load(rememberingLedger());
  return {
    exchanges,
    async ask(query, variables) {
      exchanges.length = 0;
      const { statusCode, body } = await gateway.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { 'access-purpose': 'OWN_DUTY' },
        payload: { query, variables },
      });
      return { status: statusCode, text: body, body: JSON.parse(body) };
    },
    ready: async () => (await gateway.app.inject('/ready')).statusCode,
    close: () => gateway.close(),
  };
}
