// Beside transport failures: which kind each code of Node, OpenSSL and undici stands for.

import type { TransportFailure } from './http-exchange.ts';

/** A kind of transport failure. */
export type FailureName = TransportFailure['failure'];

/** By code, for the codes whose beginning does not already say it. */
const FAILURE_BY_CODE = {
  ENOTFOUND: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_PRX_CONN: 'reset',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EPROTO: 'tls',
  UND_ERR_PRX_TLS: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  INVALID_CA: 'tls',
  INVALID_PURPOSE: 'tls',
  PATH_LENGTH_EXCEEDED: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  UND_ERR_HTTP_PARSER: 'not-http',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'not-http',
} as const satisfies Record<string, FailureName>;

const FAILURE_BY_PREFIX = [
  ['EAI_', 'dns'],
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['ERR_OSSL_', 'tls'],
  ['CERT_', 'tls'],
  ['CRL_', 'tls'],
  ['UNABLE_TO_', 'tls'],
  ['HPE_', 'not-http'],
] as const satisfies readonly (readonly [string, FailureName])[];

/** The kind of failure that a code stands for; `other` for one that is not known. */
export function failureOfCode(code: string): FailureName {
  if (Object.hasOwn(FAILURE_BY_CODE, code)) {
    return FAILURE_BY_CODE[code as keyof typeof FAILURE_BY_CODE];
  }
  return FAILURE_BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other';
}
