// Loaded before the CDK's own process: names below `.localhost` are this machine, whatever its resolver says.
import dns from 'node:dns';

const { lookup } = dns;
dns.lookup = (hostname, options, callback) => {
  const name = /(^|\.)localhost$/.test(hostname) ? '127.0.0.1' : hostname;
  return lookup(name, options, callback);
};
