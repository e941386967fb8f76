import { describe, expect, it } from 'vitest';
import { failureOfCode } from '../../../lib/core/http/http-exchange.ts';

describe('failureOfCode', () => {
  it.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['HPE_INVALID_CONSTANT', 'not-http'],
    ['UND_ERR_ABORTED', 'other'],
    ['constructor', 'other'],
    ['', 'other'],
  ])('takes %j for %s', (code, failure) => {
    expect(failureOfCode(code)).toBe(failure);
  });
});
