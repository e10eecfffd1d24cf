// Preloaded into a process (node --require): writes each target beyond this machine that it tries to reach to the file
// RECORD_CONNECTIONS_TO, a line each, and lets none of these attempts out.
const { appendFileSync } = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

const isHere = (host) => host === undefined || host === null || /^(localhost|127\.[\d.]+|::1|\[::1\])$/.test(host);

function refuse(what, host) {
  appendFileSync(process.env.RECORD_CONNECTIONS_TO, `${what} ${host}\n`);
  return Object.assign(new Error(`Not let out: ${what} ${host}`), { code: 'ENETUNREACH' });
}

/** connect(options), connect(port, host), connect(path), or the one list that Node.js makes of these. */
function hostOf([first, second]) {
  if (Array.isArray(first)) return hostOf(first);
  if (typeof first === 'object' && first !== null) return typeof first.path === 'string' ? undefined : first.host;
  return typeof second === 'string' ? second : undefined;
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  const host = hostOf(given);
  if (isHere(host)) return connect.apply(this, given);
  const fault = refuse('connect', host);
  process.nextTick(() => this.destroy(fault)); // not sooner: who connects still has to listen for errors
  return this;
};

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny', 'resolveSrv', 'resolveTxt']) {
  const original = dns[name];
  dns[name] = (host, ...rest) => {
    if (isHere(host)) return original(host, ...rest);
    const fault = refuse('dns', host);
    process.nextTick(rest.at(-1), fault);
  };
  const promised = dns.promises[name];
  dns.promises[name] = async (host, ...rest) => {
    if (isHere(host)) return promised(host, ...rest);
    throw refuse('dns', host);
  };
}

const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (...given) {
  const host = given.slice(1).find((argument) => typeof argument === 'string');
  if (isHere(host)) return send.apply(this, given);
  throw refuse('datagram', host);
};

syncBuiltinESMExports();
