import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesError, readErrorBody } from '../../../lib/core/http/error-body.ts';

describe('readErrorBody', () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    [
      '{"error":"invalid_client","error_description":"No client"}',
      'json',
      ['invalid_client'],
      ['No client'],
    ],
    [
      '{"errors":[{"code":"SCOPE_MISSING","message":"Scope is missing"}]}',
      'json',
      ['SCOPE_MISSING'],
      ['Scope is missing'],
    ],
    ['{"errors":["one two","",{"code":"B"}]}', 'json', ['B'], ['one two']],
    [
      '{"fault":{"faultstring":"Invalid Scope","detail":{"errorcode":"oauth.v2.InvalidScope"}}}',
      'json',
      ['oauth.v2.InvalidScope'],
      ['Invalid Scope'],
    ],
    ['{"errcode":40125,"errmsg":"invalid secret"}', 'json', ['40125'], ['invalid secret']],
    [
      '{"status":403,"title":"Forbidden","detail":"no scope","type":"https://acme.com/x"}',
      'json',
      ['Forbidden'],
      ['no scope'],
    ],
    [
      '[{"errorCode":"INVALID_SESSION_ID","message":"Session expired"}]',
      'json',
      ['INVALID_SESSION_ID'],
      ['Session expired'],
    ],
    ['{"path":"/token","timestamp":"now","trace_id":"a b"}', 'json', [], []],
    ['{"__proto__":{"code":"A"}}', 'json', [], []],
    ['{"error":"invalid_scope","error_description":"cut o', 'json', ['invalid_scope'], []],
    [
      '<oauth><error_description>Bad client &amp; secret</error_description><error>invalid_client</error></oauth>',
      'xml',
      ['invalid_client'],
      ['Bad client & secret'],
    ],
    [
      'error=bad_code&error_description=The+code+is+wrong&error_uri=https%3A%2F%2Fx',
      'form',
      ['bad_code'],
      ['The code is wrong'],
    ],
    [
      '<!DOCTYPE html><html><head><title>Not here</title><script>no()</script></head><body><h1>Look elsewhere</h1></body>',
      'html',
      [],
      ['Not here', 'Look elsewhere'],
    ],
    ['{"error":{"error":{"error":{"error":{"error":{"error":"too deep"}}}}}}', 'json', [], []],
    ['<html><body>&lt;No &#39;title&#39;&gt;</body>', 'html', [], ["<No 'title'>"]],
    ['error code: 1020', 'text', [], ['error code: 1020']],
    ['\uFEFF{"error":"a"}', 'json', ['a'], []],
    ['', 'empty', [], []],
    ['"text"', 'json', ['text'], []],
  ])('reads %s as %s', (body, format, codes, texts) => {
    expect(readErrorBody(body)).toEqual({ format, codes, texts });
  });

  it('is total and bounded', () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `<${text}`),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const { codes, texts } = readErrorBody(body);

        expect(codes.length + texts.length).toBeLessThanOrEqual(20);
      }),
    );
  });

  it.each([
    '{"error":'.repeat(5000),
    '<a '.repeat(10_000),
    '"a": "'.repeat(5000),
    `{"a":${'['.repeat(4000)}`,
  ])(
    'is done with a hostile body in a moment',
    (body) => {
      expect(readErrorBody(body).codes.length).toBeLessThanOrEqual(20);
    },
    2000,
  );
});

describe('namesError', () => {
  it.each<[Readonly<Record<string, unknown>>, boolean]>([
    [{ error: 'invalid_client' }, true],
    [{ errorDescription: 'no' }, true],
    [{ errcode: 40_125 }, true],
    [{ errcode: 0, errmsg: 'ok' }, true],
    [{ errcode: 0 }, false],
    [{ error: null }, false],
    [{ error: '' }, false],
    [{ erratic: 'x' }, false],
    [{ access_token: 'x' }, false],
  ])('of %j is %s', (object, expected) => {
    expect(namesError(object)).toBe(expected);
  });
});
