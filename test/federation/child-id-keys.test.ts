import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { DEFAULT_AGENCY_LIMITS } from '../../gateway/agencies/agency-limits';
import { ChildIdKeys } from '../../gateway/agencies/child-id-keys';
import { httpTransport } from '../../gateway/agencies/http-transport';
import type { Transport } from '../../gateway/agencies/transport';
import type { Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import { subgraphServer } from '../../shared/subgraph/subgraph-server';
import { TEST_CHILD_IDS } from '../support/databases';
import { type SmallAgency, smallFederation } from '../support/small-federation';

const EVERYWHERE = { region: '990101001001' };
const OTHER_KEY = Buffer.from('another-key-of-pseudonyms-for-this-test-alone');
const SAME = childIds(TEST_CHILD_IDS).fingerprint;
const OTHER = childIds({ ...TEST_CHILD_IDS, key: OTHER_KEY }).fingerprint;
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = keys.publicKey.export({ type: 'spki', format: 'pem' }) as string;
const signContext = contextSigner(keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);

const closing: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

const AGENCIES: readonly SmallAgency[] = (['governance-center', 'education', 'civil-affairs'] as const).map(
  (agency) => ({
    agency,
    schema: `type Query { ${agency.replaceAll('-', '')}: String @policy(policies: [["${agency}.open"]]) }`,
    resolvers: { Query: { [agency.replaceAll('-', '')]: () => 'answered' } },
    records: { [`Query.${agency.replaceAll('-', '')}`]: () => EVERYWHERE },
  }),
);

test('while one agency has a different key, the gateway is not ready and answers nothing', async () => {
  const differing = await smallFederation(
    AGENCIES,
    undefined,
    undefined,
    new Map<Agency, Buffer>([['education', OTHER_KEY]]),
  );
  closing.push(differing.close);
  expect(await differing.ready()).toBe(503);
  const { status, body } = await differing.ask('{ education }');
  expect({ status, code: body.errors?.[0]?.extensions?.code }).toEqual({ status: 503, code: 'NOT_READY' });
  expect(differing.exchanges).toEqual([]);

  const agreeing = await smallFederation(AGENCIES, undefined, undefined, new Map());
  closing.push(agreeing.close);
  expect(await agreeing.ready()).toBe(200);
  expect((await agreeing.ask('{ education }')).body.data).toEqual({ education: 'answered' });
});

/** Compares transports with these fingerprints; an agency without an entry is unreachable. */
function comparing(said: Map<string, string | undefined>) {
  const transports = new Map(
    ['civil-affairs', 'education', 'governance-center', 'procuratorate'].map((agency) => {
      const transport: Transport = {
        send: () => Promise.reject(new Error('Nothing is sent.')),
        close: async () => undefined,
        fingerprint: async () => {
          if (!said.has(agency)) throw new Error('It cannot be reached.');
          return said.get(agency);
        },
      };
      return [agency, transport] as const;
    }),
  );
  const lines: Record<string, unknown>[] = [];
  const out = new PassThrough().on('data', (chunk) => lines.push(JSON.parse(String(chunk))));
  const compared = new ChildIdKeys({ transports, signContext, log: pino({}, out) });
  const events = () =>
    lines.splice(0).map(({ event, agencies }) => ({ event, ...(agencies !== undefined && { agencies }) }));
  return { compared, events };
}

test('agencies whose keys differ are logged once, and so is the return to equal keys', async () => {
  const said = new Map<string, string | undefined>([
    ['governance-center', SAME],
    ['education', SAME],
    ['civil-affairs', OTHER],
  ]);
  const { compared, events } = comparing(said);
  await compared.compare();
  await compared.compare();
  expect([compared.agree, events()]).toEqual([false, [{ event: 'child-id-keys-differ', agencies: ['civil-affairs'] }]]);
  // An unreachable agency keeps its fingerprint.
  said.delete('civil-affairs');
  await compared.compare();
  expect([compared.agree, events()]).toEqual([false, []]);
  said.set('civil-affairs', SAME);
  await compared.compare();
  expect([compared.agree, events()]).toEqual([true, [{ event: 'child-id-keys-agree' }]]);
});

test('agencies without a valid fingerprint are not compared', async () => {
  const said = new Map([
    ['governance-center', SAME],
    ['education', undefined],
    ['civil-affairs', 'x'.repeat(5_000)],
  ]);
  const { compared, events } = comparing(said);
  await compared.compare();
  expect([compared.agree, events()]).toEqual([true, []]);
});

test('over HTTP, an agency shows its fingerprint only to the gateway', async () => {
  const verify = contextVerifier(publicKey, 'education');
  const subgraph = {
    accepts: (authorization: string | undefined) => verify(authorization?.replace('Bearer ', '') ?? '') !== null,
    handle: () => Promise.reject(new Error('Nothing is asked.')),
    fingerprint: SAME,
  };
  const app = subgraphServer(() => ({ subgraph, db: undefined }), pino({ level: 'silent' }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const transport = httpTransport(`http://127.0.0.1:${port}/graphql`, DEFAULT_AGENCY_LIMITS);
  closing.push(() => transport.close());
  const context = (agency: string) =>
    `Bearer ${signContext(
      {
        caller: { sub: 'gateway', name: 'gateway', agency: 'governance-center', roles: ['developer'], region: '99' },
        purpose: 'OWN_DUTY',
        reference: null,
        grant: null,
        reasonGiven: false,
      },
      agency,
    )}`;
  expect(await transport.fingerprint?.(context('education'))).toBe(SAME);
  expect(await transport.fingerprint?.(context('civil-affairs'))).toBeUndefined();
  const { status, ok } = await fetch(`http://127.0.0.1:${port}/child-id-fingerprint`);
  expect({ status, ok }).toEqual({ status: 401, ok: false });
});
