import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transportFailure } from '../../../lib/adapters/http/transport-failure.ts';

const url = new URL('https://acme.kinde.com/oauth2/token?secret=hunter2');

function failureOf(error: unknown, proxy: URL | null = null) {
  return transportFailure({ error, url, proxy, timeoutMs: 5000, durationMs: 12 });
}

function coded(code: string, message = 'hunter2'): Error {
  return Object.assign(new Error(message), { code });
}

describe('transportFailure', () => {
  it.each([
    ['ENOTFOUND', 'dns', 'the name acme.kinde.com does not resolve'],
    ['EAI_AGAIN', 'dns', 'the name acme.kinde.com does not resolve'],
    ['ECONNREFUSED', 'refused', 'acme.kinde.com:443 refused the connection'],
    ['ECONNRESET', 'reset', 'acme.kinde.com:443 closed the connection before an answer'],
    ['EPIPE', 'reset', 'acme.kinde.com:443 closed the connection before an answer'],
    ['UND_ERR_SOCKET', 'reset', 'acme.kinde.com:443 closed the connection before an answer'],
    ['EHOSTUNREACH', 'unreachable', 'there is no route to acme.kinde.com:443'],
    ['ENETUNREACH', 'unreachable', 'there is no route to acme.kinde.com:443'],
    ['ETIMEDOUT', 'timeout', 'no connection to acme.kinde.com:443 within 5000 ms'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'no connection to acme.kinde.com:443 within 5000 ms'],
    [
      'UND_ERR_HEADERS_TIMEOUT',
      'timeout',
      'acme.kinde.com:443 was connected to and did not answer within 5000 ms',
    ],
    ['CERT_HAS_EXPIRED', 'tls', 'the certificate of acme.kinde.com:443 has expired'],
    ['CERT_REVOKED', 'tls', 'the certificate of acme.kinde.com:443 was revoked'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'the certificate of acme.kinde.com:443 is self-signed'],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      'tls',
      'the certificate of acme.kinde.com:443 comes from an authority that is self-signed and not trusted here',
    ],
    [
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'tls',
      'the certificate of acme.kinde.com:443 comes from an unknown authority',
    ],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'tls',
      'the certificate of acme.kinde.com:443 is for another host',
    ],
    ['EPROTO', 'tls', 'the TLS handshake with acme.kinde.com:443 failed (EPROTO)'],
    [
      'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
      'tls',
      'the TLS handshake with acme.kinde.com:443 failed (ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)',
    ],
    ['UNSPECIFIED', 'tls', 'the TLS handshake with acme.kinde.com:443 failed (UNSPECIFIED)'],
    [
      'ERROR_IN_CERT_NOT_AFTER_FIELD',
      'tls',
      'the TLS handshake with acme.kinde.com:443 failed (ERROR_IN_CERT_NOT_AFTER_FIELD)',
    ],
    ['HPE_INVALID_CONSTANT', 'not-http', 'the answer of acme.kinde.com:443 is not HTTP'],
    [
      'UND_ERR_HEADERS_OVERFLOW',
      'other',
      'the headers of acme.kinde.com:443 are larger than 16 KiB',
    ],
    ['EMFILE', 'other', 'the request to acme.kinde.com:443 failed (EMFILE)'],
    ['toString', 'other', 'the request to acme.kinde.com:443 failed (toString)'],
  ])('names %s', (code, failure, detail) => {
    const outcome = failureOf(coded(code));

    expect(outcome).toEqual({ kind: 'transport-failure', failure, code, detail, durationMs: 12 });
  });

  it('writes a code of OpenSSL with a slash as one word', () => {
    const outcome = failureOf(coded('ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'));

    expect(outcome).toMatchObject({
      failure: 'tls',
      code: 'ERR_SSL_SSL_TLS_ALERT_HANDSHAKE_FAILURE',
    });
  });

  it.each([
    ['ENOTFOUND', 'the name of the proxy, proxy.example, does not resolve'],
    ['ECONNREFUSED', 'the proxy proxy.example:3128 refused the connection'],
    ['EHOSTUNREACH', 'there is no route to the proxy proxy.example:3128'],
    ['UND_ERR_CONNECT_TIMEOUT', 'no connection to the proxy proxy.example:3128 within 5000 ms'],
    ['UND_ERR_ABORTED', 'the proxy proxy.example:3128 did not open a connection'],
    ['UND_ERR_PRX_TLS', 'the certificate of the proxy proxy.example:3128 is for another host'],
    ['CERT_HAS_EXPIRED', 'the certificate of acme.kinde.com:443 (through the proxy) has expired'],
  ])('names the proxy where %s is its doing', (code, detail) => {
    const outcome = failureOf(coded(code), new URL('http://user:hunter2@proxy.example:3128'));

    expect(outcome.detail).toBe(detail);
  });

  it.each([
    [['EHOSTUNREACH', 'ECONNREFUSED'], 'ECONNREFUSED', 'refused'],
    [['ENETUNREACH', 'ETIMEDOUT'], 'ETIMEDOUT', 'timeout'],
    [['EMFILE', 'ENETUNREACH'], 'ENETUNREACH', 'unreachable'],
  ])('takes the most telling of several addresses: %j', (codes, code, failure) => {
    const error = Object.assign(new AggregateError(codes.map((each) => coded(each))), {
      code: codes[0],
    });

    expect(failureOf(error)).toMatchObject({ code, failure });
  });

  it('takes the code of several addresses together where none of them has a telling one', () => {
    const error = Object.assign(new AggregateError([coded('EMFILE')]), { code: 'EMFILE' });

    expect(failureOf(error)).toMatchObject({ code: 'EMFILE', failure: 'other' });
  });

  it('looks for the code in the cause', () => {
    const error = new Error('outer', { cause: new Error('inner', { cause: coded('EPIPE') }) });

    expect(failureOf(error)).toMatchObject({ code: 'EPIPE', failure: 'reset' });
  });

  it('ends where an error is its own cause', () => {
    const error = new Error('hunter2');
    error.cause = error;

    expect(failureOf(error)).toMatchObject({ failure: 'other', code: 'UNKNOWN' });
  });

  it.each(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'])('tells that the run is over: %s', (code) => {
    const detail = 'the request to acme.kinde.com:443 was given up: the run is over';

    expect(failureOf(coded(code))).toMatchObject({ failure: 'other', code, detail });
  });

  it.each([
    [undefined],
    [null],
    ['hunter2'],
    [new Error('hunter2')],
    [coded('hunter2 has blanks')],
    [coded('')],
    [new Error('outer', { cause: 'hunter2' })],
  ])('has a name for %s, without its text', (error) => {
    const outcome = failureOf(error);

    expect(outcome).toMatchObject({ failure: 'other', code: 'UNKNOWN' });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  it('has a name for anything, on one line', () => {
    fc.assert(
      fc.property(fc.anything(), (error) => {
        const outcome = failureOf(error);

        expect(outcome.kind).toBe('transport-failure');
        expect(outcome.detail).toMatch(/^.*acme\.kinde\.com.*$/);
      }),
    );
  });
});
