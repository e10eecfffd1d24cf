import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../shared/cli/free-port';
import { PROJECT } from '../../shared/config/project-root';
import { removeDataDirectory, startLine, temporaryDataDirectory } from '../support/process';
import { askForRecord, startReadySystem } from '../support/running-system';

const dataDirectory = temporaryDataDirectory();
const recording = join(dataDirectory, 'connections');
const recorder = {
  NODE_OPTIONS: `--require ${join(PROJECT, 'test/support/record-connections.js')}`,
  RECORD_CONNECTIONS_TO: recording,
};
/** Long enough for a report that is sent a moment later. */
const LATER_MILLISECONDS = 3_000;

beforeEach(() => writeFileSync(recording, ''));
afterAll(() => removeDataDirectory(dataDirectory));

test('the recorder sees connections that leave this machine, and not local ones', async () => {
  const attempts = `
    const net = require('node:net');
    const quiet = (emitter) => emitter.on('error', () => {});
    quiet(net.connect(443, '192.0.2.1'));
    quiet(net.connect({ host: 'named.example', port: 443 }));
    quiet(require('node:tls').connect({ host: 'tls.example', port: 443 }));
    quiet(require('node:https').get('https://https.example/'));
    fetch('http://fetch.example/').catch(() => {});
    require('node:dns').lookup('lookup.example', () => {});
    require('node:dns').promises.resolve4('resolve.example').catch(() => {});
    try { require('node:dgram').createSocket('udp4').send('x', 53, '192.0.2.2'); } catch {}
    quiet(net.connect(9, '127.0.0.1'));
    quiet(net.connect('/nowhere'));
    quiet(require('node:http').get('http://localhost:9/'));
    setTimeout(() => process.exit(0), 500);`;
  const { code } = await startLine(`exec node -e "$ATTEMPTS"`, { ...recorder, ATTEMPTS: attempts }).ended;
  expect(code).toBe(0);
  expect(readFileSync(recording, 'utf8').trim().split('\n').sort()).toEqual([
    'connect 192.0.2.1',
    'connect fetch.example',
    'connect https.example',
    'connect named.example',
    'connect tls.example',
    'datagram 192.0.2.2',
    'dns lookup.example',
    'dns resolve.example',
  ]);
});

test('starting, answering and stopping connect to nothing beyond this machine, even if the environment asks for it', async () => {
  const system = await startReadySystem({
    ...recorder,
    DATA_DIR: dataDirectory,
    PORT: String(await freePort()),
    DISTRICT_SIZE: '200',
    APOLLO_TELEMETRY_DISABLED: 'false',
    APOLLO_KEY: 'service:x:y',
    APOLLO_GRAPH_REF: 'x@current',
    APOLLO_SCHEMA_REPORTING: 'true',
  });
  const { status, body } = await askForRecord(system);
  expect(status).toBe(200);
  expect(JSON.parse(body)).not.toHaveProperty('errors');
  await new Promise((done) => setTimeout(done, LATER_MILLISECONDS));
  system.child.kill('SIGINT');
  expect(await system.ended).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(recording, 'utf8')).toBe('');
});
