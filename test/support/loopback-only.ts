/** Refuses connections that would leave this machine, with a clear error; loaded before every test file. */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction, Socket, type SocketConnectOpts } from 'node:net';

type Connect = (this: Socket, ...args: unknown[]) => Socket;
type TcpOptions = { host?: string | undefined; lookup?: LookupFunction | undefined; path?: string };

// At the socket, not at undici's dispatcher: the product brings its own dispatchers, and Node's fetch
// and the AWS SDK have others.
const originalConnect = Socket.prototype.connect as unknown as Connect;
const guardLoopback: Connect = function (...args) {
  const options = connectOptions(args);
  if (options === undefined || options.path !== undefined) return originalConnect.apply(this, args);
  const host = options.host ?? 'localhost';
  if (isIP(host) !== 0) {
    if (isLoopback(host)) return originalConnect.apply(this, args);
    return this.destroy(refusal(host));
  }
  options.lookup = loopbackLookup(options.lookup);
  return originalConnect.apply(this, args);
};
// Files that share a process load this module once each.
if (originalConnect.name !== guardLoopback.name) {
  Socket.prototype.connect = guardLoopback as unknown as typeof Socket.prototype.connect;
}

/** The options object among the forms of connect's arguments that carry a host, to be changed in place. */
function connectOptions(args: unknown[]): TcpOptions | undefined {
  const [first, second] = args;
  // net.connect and tls.connect hand over their arguments normalized, as an array in an array.
  if (Array.isArray(first)) return first[0] as TcpOptions;
  if (typeof first === 'number') {
    const host = typeof second === 'string' ? second : undefined;
    const options = { port: first, host } satisfies Partial<SocketConnectOpts>;
    args.splice(0, host === undefined ? 1 : 2, options);
    return options;
  }
  return typeof first === 'object' && first !== null ? (first as TcpOptions) : undefined;
}

/** A lookup that answers loopback addresses only; names below `.invalid` are unknown without asking. */
function loopbackLookup(given: LookupFunction | undefined): LookupFunction {
  return (hostname, options, callback) => {
    const fail = (error: Error) => callback(error, options.all === true ? [] : '', 0);
    if (given === undefined && hostname.endsWith('.invalid')) {
      return process.nextTick(fail, unknownName(hostname));
    }
    if (given === undefined && !/(^|\.)localhost$/.test(hostname)) {
      return process.nextTick(fail, refusal(hostname));
    }
    const lookup = given ?? (systemLookup as LookupFunction);
    lookup(hostname, options, (error, address, family) => {
      const outside = error === null || error === undefined ? addressOutside(address) : undefined;
      if (outside === undefined) callback(error, address, family);
      else fail(refusal(`${hostname} (${outside})`));
    });
  };
}

function addressOutside(address: string | LookupAddress[]): string | undefined {
  const addresses = typeof address === 'string' ? [address] : address.map((each) => each.address);
  return addresses.find((each) => !isLoopback(each));
}

function isLoopback(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.)/.test(address);
}

function unknownName(hostname: string): Error {
  const details = { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname };
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), details);
}

function refusal(host: string): Error {
  const message = `a test tried to connect to ${host}; tests talk to loopback only`;
  return Object.assign(new Error(message), { code: 'ERR_LOOPBACK_ONLY' });
}
