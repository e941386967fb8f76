import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpOutcome, HttpReply } from '../../../lib/core/http/http-exchange.ts';
import { keysRequest, readKeySet } from '../../../lib/core/token/key-set.ts';

function reply(more: Partial<HttpReply>): HttpReply {
  const plain = { kind: 'reply', status: 200, headers: {}, body: '', durationMs: 1 } as const;
  return { ...plain, bodyProblem: null, ...more };
}

describe('keysRequest', () => {
  it('asks for the keys without any credentials', () => {
    const request = keysRequest('https://acme.kinde.com/.well-known/jwks', 5000);

    expect(request).toEqual({
      purpose: 'keys',
      method: 'GET',
      url: 'https://acme.kinde.com/.well-known/jwks',
      headers: { accept: 'application/jwk-set+json, application/json' },
      body: null,
      timeoutMs: 5000,
    });
  });
});

describe('readKeySet', () => {
  const key = { kty: 'RSA', kid: 'a', n: 'AQAB', e: 'AQAB' };

  it('reads the keys in their order, whatever else the document holds', () => {
    const body = JSON.stringify({ keys: [key, { kty: 'EC' }], more: 1 });

    const read = readKeySet(reply({ body }));

    expect(read).toEqual({ kind: 'read', keySet: { keys: [key, { kty: 'EC' }] } });
  });

  it('leaves out what is no key', () => {
    const body = JSON.stringify({ keys: [null, 'x', 7, [key], key] });

    const read = readKeySet(reply({ body }));

    expect(read).toEqual({ kind: 'read', keySet: { keys: [key] } });
  });

  it('takes an empty set for a set', () => {
    const read = readKeySet(reply({ body: '{"keys":[]}' }));

    expect(read).toEqual({ kind: 'read', keySet: { keys: [] } });
  });

  it.each([204, 301, 403, 404, 500])('tells that the endpoint refused with %i', (status) => {
    const read = readKeySet(reply({ status, body: JSON.stringify({ keys: [key] }) }));

    expect(read).toEqual({ kind: 'unavailable', problem: { kind: 'status', status } });
  });

  it('tells that the endpoint was not reached', () => {
    const failure = {
      kind: 'transport-failure',
      failure: 'dns',
      code: 'ENOTFOUND',
      detail: 'the name acme.kinde.com does not resolve',
      durationMs: 1,
    } as const satisfies HttpOutcome;

    const read = readKeySet(failure);

    expect(read).toEqual({ kind: 'unavailable', problem: failure });
  });

  it.each(['too-large', 'not-utf8', 'undecodable', 'timed-out', 'cut-off'] as const)(
    'believes no body that is %s, even where it can be read',
    (bodyProblem) => {
      const read = readKeySet(reply({ body: '{"keys":[]}', bodyProblem }));

      const problem = { kind: 'body', problem: bodyProblem };
      expect(read).toEqual({ kind: 'unavailable', problem });
    },
  );

  it.each([
    ['', 'not-json'],
    ['<html>', 'not-json'],
    ['[]', 'not-a-key-set'],
    ['null', 'not-a-key-set'],
    ['{}', 'not-a-key-set'],
    ['{"keys":{}}', 'not-a-key-set'],
    ['{"keys":null}', 'not-a-key-set'],
    ['{"__proto__":{"keys":[]}}', 'not-a-key-set'],
  ] as const)('tells what is wrong with the body %j', (body, problem) => {
    const read = readKeySet(reply({ body }));

    expect(read).toEqual({ kind: 'unavailable', problem: { kind: 'body', problem } });
  });

  it('has an answer to any body', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const read = readKeySet(reply({ body }));

        expect(['read', 'unavailable']).toContain(read.kind);
      }),
    );
  });
});
