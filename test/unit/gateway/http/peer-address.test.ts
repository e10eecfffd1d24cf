import { isIP } from 'node:net';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { pino } from 'pino';
import { httpServer } from '../../../../gateway/http/http-server';
import { logRequests } from '../../../../gateway/http/request-log';
import { trustedProxies } from '../../../../gateway/http/trusted-proxies';
import { ConfigurationError, Environment } from '../../../../shared/config/environment';

/** The peer address in log and request, behind the named proxies. */
function serverBehind(named?: string) {
  const environment = new Environment({ TRUSTED_PROXIES: named });
  const proxies = trustedProxies(environment);
  environment.finish();
  const app = httpServer(1_000, proxies);
  let logged = '';
  const write = (chunk: unknown, _encoding: string, done: () => void) => {
    logged += chunk;
    done();
  };
  logRequests(app, pino({ level: 'info' }, new Writable({ write })));
  app.get('/', async ({ peer }) => ({ peer }));
  const ask = async (remoteAddress: string, forwarded?: string) => {
    logged = '';
    const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
    const reply = await app.inject({ url: '/', remoteAddress, headers });
    const { peer } = reply.json() as { peer: string | null };
    expect(JSON.parse(logged).peer).toBe(peer);
    return { peer, logged };
  };
  return { ask, close: () => app.close() };
}

const CLIENT = '192.0.2.7';
const PROXY = '10.0.0.7';

test.each<[string, string | undefined, string, string | undefined, string | null]>([
  ['the connection, where no proxy is named', undefined, CLIENT, undefined, CLIENT],
  ['the connection, whatever an unnamed proxy says', undefined, PROXY, CLIENT, PROXY],
  ['the connection, whatever somebody beside the named proxy says', PROXY, '10.0.0.8', CLIENT, '10.0.0.8'],
  ['what the named proxy says', PROXY, PROXY, CLIENT, CLIENT],
  ['what a proxy of the named range says', '10.0.0.0/24', PROXY, CLIENT, CLIENT],
  ['what the named proxy has added to what the client says', PROXY, PROXY, `203.0.113.1, ${CLIENT}`, CLIENT],
  ['what the first of two named proxies says', `${PROXY}, 10.0.1.0/24`, PROXY, `${CLIENT}, 10.0.1.9`, CLIENT],
  ['the named proxy itself, where it says nothing', PROXY, PROXY, undefined, PROXY],
  ['an IPv4 address, where the connection speaks of it in IPv6', PROXY, `::ffff:${PROXY}`, CLIENT, CLIENT],
  ['an IPv6 address, in one spelling', '::1', '::1', '2001:DB8:0:0::7', '2001:db8::7'],
  ['an IPv6 address without its zone', '::1', '::1', 'fe80::1%99010120130517002X', 'fe80::1'],
  ['nothing, where the named proxy names no address', PROXY, PROXY, 'unknown', null],
])('the peer of a request is %s', async (_, named, connection, forwarded, peer) => {
  const server = serverBehind(named);
  expect((await server.ask(connection, forwarded)).peer).toBe(peer);
  await server.close();
});

test('only addresses get into the log, whatever a named proxy sends', async () => {
  const server = serverBehind(PROXY);
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789abcdef.:%[], /"'), minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.ipV4(), fc.ipV6(), digits, fc.string()), async (text) => {
      const printable = text.replace(/[^\x20-\x7e]/g, '');
      const { peer, logged } = await server.ask(PROXY, `${printable}MARK`);
      // An address with a zone is an address: without its zone, which can be any text.
      const zoned = printable.includes('%') && isIP(peer ?? '') !== 0;
      expect(peer === null || peer === PROXY || zoned).toBe(true);
      expect(logged).not.toContain('MARK');
    }),
    { numRuns: 300 },
  );
  await server.close();
});

test.each([
  '*',
  'proxy',
  '10.0.0.0/0',
  '10.0.0.0/33',
  '::/129',
  '10.0.0.7/',
  '10.0.0.7,',
  'fe80::1%eth0',
  '10.0.0.0/8/8',
])('TRUSTED_PROXIES=%s prevents the start', (named) => {
  expect(() => serverBehind(named)).toThrow(ConfigurationError);
});
