import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiErrors } from '../../../lib/core/call/api-call.ts';

describe('apiErrors', () => {
  it.each<[string, readonly unknown[]]>([
    [
      '{"errors":[{"code":"SCOPE_MISSING","message":"Scope is missing: read:environments"}]}',
      [{ code: 'SCOPE_MISSING', message: 'Scope is missing: read:environments' }],
    ],
    [
      '{"errors":{"code":"ROUTE_NOT_FOUND","message":"The requested API route does not exist"}}',
      [{ code: 'ROUTE_NOT_FOUND', message: 'The requested API route does not exist' }],
    ],
    [
      '{"errors":["one","",{"code":"B"}]}',
      [
        { code: null, message: 'one' },
        { code: 'B', message: null },
      ],
    ],
    ['{"errors":{"name":["is too short"]}}', []],
    [
      '{"error":"invalid_token","error_description":"The token expired"}',
      [{ code: 'invalid_token', message: 'The token expired' }],
    ],
    ['{"error":{"code":403,"message":"no"}}', [{ code: '403', message: 'no' }]],
    ['{"code":"FORBIDDEN","message":"no"}', [{ code: 'FORBIDDEN', message: 'no' }]],
    ['{"message":"no"}', [{ code: null, message: 'no' }]],
    ['{"title":"Forbidden","detail":"no scope"}', [{ code: null, message: 'no scope' }]],
    ['{"title":"Forbidden"}', [{ code: null, message: 'Forbidden' }]],
    ['{"code":"","message":""}', []],
    ['{"__proto__":{"code":"A"}}', []],
    ['[{"code":"A"}]', []],
    ['no JSON', []],
    ['', []],
  ])('reads %s', (body, expected) => {
    expect(apiErrors(body)).toEqual(expected);
  });

  it('gives ten at most', () => {
    const errors = Array.from({ length: 1000 }, (_, index) => ({ code: `E${index}` }));

    expect(apiErrors(JSON.stringify({ errors, message: 'too many' }))).toHaveLength(10);
  });

  it('is total', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), (body) => {
        expect(apiErrors(body).length).toBeLessThanOrEqual(10);
      }),
    );
  });
});
