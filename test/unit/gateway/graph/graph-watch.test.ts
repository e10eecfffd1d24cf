import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { embeddedConfig } from '../../../../gateway/config';
import type { GraphFiles } from '../../../../gateway/graph/graph-files';
import { graphWatch } from '../../../../gateway/graph/graph-watch';
import { Environment } from '../../../../shared/config/environment';
import { graphFiles } from '../../../support/graphs';
import { until } from '../../../support/until';

let lines: string[] = [];
const log = pino(
  { level: 'info' },
  new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  }),
);
const messages = () => lines.map((line) => JSON.parse(line)).map(({ msg, source, cause }) => ({ msg, source, cause }));

let server: Server;
let requests: { url: string | undefined; ifNoneMatch: string | undefined }[] = [];
let answer: RequestListener;
let offered: GraphFiles[] = [];
const closing: (() => void)[] = [];

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    requests.push({ url: request.url, ifNoneMatch: request.headers['if-none-match'] });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
  offered = [];
  lines = [];
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const url = (path: string) => new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
const offer = async (texts: GraphFiles) => void offered.push(texts);
/** Watches the server, after one check. */
async function watchServer() {
  const watch = graphWatch({ supergraph: url('/supergraph'), rules: url('/rules'), reloadSeconds: 0 }, log);
  closing.push(watch.stop);
  watch.start(offer);
  await watch.look();
  requests = [];
  offered = [];
  return watch;
}

/** A correct server: an ETag for each text, and 304 for a matching one. */
const serving =
  (texts: Readonly<Record<string, string>>): RequestListener =>
  ({ url: path = '', headers }, response) => {
    const text = texts[path] ?? '';
    const etag = `"${text}"`;
    if (headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag }).end(text);
  };

test('a URL is fetched with the last answer’s ETag, and 304 means unchanged', async () => {
  answer = serving({ '/supergraph': 's1', '/rules': 'r1' });
  const watch = await watchServer();
  await watch.look();
  answer = serving({ '/supergraph': 's1', '/rules': 'r2' });
  await watch.look();
  await watch.look();
  expect(offered).toEqual([
    { supergraph: 's1', rules: 'r1' },
    { supergraph: 's1', rules: 'r2' },
    { supergraph: 's1', rules: 'r2' },
  ]);
  const asked = (path: string) => requests.filter((one) => one.url === path).map(({ ifNoneMatch }) => ifNoneMatch);
  expect([asked('/supergraph'), asked('/rules')]).toEqual([
    ['"s1"', '"s1"', '"s1"'],
    ['"r1"', '"r1"', '"r2"'],
  ]);
  expect(lines).toEqual([]);
});

test('without an ETag, a URL is fetched whole again', async () => {
  answer = ({ url: path = '' }, response) => response.end(path);
  const watch = await watchServer();
  await watch.look();
  expect(offered).toEqual([{ supergraph: '/supergraph', rules: '/rules' }]);
  expect(requests.map(({ ifNoneMatch }) => ifNoneMatch)).toEqual([undefined, undefined]);
});

const MEBIBYTE = Buffer.alloc(1024 * 1024, 'x');

test.each<[string, RequestListener, string]>([
  ['answers with an error', (_, response) => response.writeHead(500).end('name'), 'HTTP_500'],
  [
    'sends elsewhere',
    (_, response) => response.writeHead(302, { location: url('/supergraph').href }).end(),
    'HTTP_302',
  ],
  [
    'breaks off in the middle',
    (_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setTimeout(() => response.destroy(), 20);
    },
    'UND_ERR_SOCKET',
  ],
  [
    'answers without end',
    (_, response) => {
      const more = () => void (response.destroyed || response.write(MEBIBYTE, more));
      more();
    },
    'TOO_LARGE',
  ],
  ['does not answer', () => undefined, 'TimeoutError'],
])('a URL that %s is told of once, until it answers again, and nothing is offered', async (_, fault, cause) => {
  const good = serving({ '/supergraph': 's1', '/rules': 'r1' });
  answer = good;
  const watch = await watchServer();
  answer = (request, response) => (request.url === '/rules' ? fault(request, response) : good(request, response));
  await watch.look();
  if (cause !== 'TimeoutError') await watch.look();
  expect(messages()).toEqual([{ msg: 'graph-source-unavailable', source: 'RULES', cause }]);
  expect(offered).toEqual([]);
  answer = good;
  await watch.look();
  expect(messages().slice(1)).toEqual([{ msg: 'graph-source-available', source: 'RULES' }]);
  expect(offered).toEqual([{ supergraph: 's1', rules: 'r1' }]);
});

test('a start fails without its graph source, and reports what is missing', async () => {
  const files = graphFiles();
  closing.push(files.remove);
  const watch = graphWatch({ ...files, rules: `${files.rules}.not`, reloadSeconds: 0 }, log);
  await expect(watch.read()).rejects.toThrow('RULES cannot be read: ENOENT.');
});

test('files are checked periodically until the watch stops', async () => {
  const files = graphFiles();
  closing.push(files.remove);
  const watch = graphWatch({ ...files, reloadSeconds: 1 }, log);
  closing.push(watch.stop);
  watch.start(offer);
  files.write({ rules: 'changed' });
  await until(() => offered.at(-1)?.rules === 'changed');
  files.write({ rules: 'changed again' });
  await until(() => offered.at(-1)?.rules === 'changed again');
  watch.stop();
  const last = offered.length;
  await watch.look();
  await sleep(1_500);
  expect(offered).toHaveLength(last);
});

test('a check requested during another one runs afterwards, and sees later changes', async () => {
  const files = graphFiles();
  closing.push(files.remove);
  const watch = graphWatch({ ...files, reloadSeconds: 0 }, log);
  closing.push(watch.stop);
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let begun: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  watch.start(async (texts) => {
    offered.push(texts);
    begun();
    await settled;
  });
  await first;
  files.write({ rules: 'changed' });
  const looked = Promise.all([watch.look(), watch.look()]);
  settle();
  await looked;
  expect(offered.slice(1)).toEqual([expect.objectContaining({ rules: 'changed' })]);
});

describe('where a graph is read from', () => {
  const config = (SUPERGRAPH: string) => embeddedConfig(new Environment({ SUPERGRAPH }), new Map()).graph.supergraph;

  test.each(['https://rules.example/supergraph', 'http://127.0.0.1:8080/a', 'http://localhost/a', 'http://[::1]/a'])(
    'can be %s',
    (text) => expect(config(text)).toEqual(new URL(text)),
  );

  test('can be a path', () =>
    expect(config('gateway/generated/supergraph.graphql')).toMatch(/^\/.*\/gateway\/generated\/supergraph\.graphql$/));

  test.each([
    'http://rules.example/supergraph',
    'http://127.0.0.1.example/a',
    'http://localhost.example/a',
    'https://user:hidden@rules.example/a',
    'ftp://127.0.0.1/a',
    'https://',
  ])('cannot be %s', (text) =>
    expect(() => config(text)).toThrow(/SUPERGRAPH must be a path, an https URL (?!.*hidden)/),
  );
});
