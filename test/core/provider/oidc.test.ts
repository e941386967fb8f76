import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareClaims } from '../../../lib/core/claims/compare.ts';
import type { RefusalReading } from '../../../lib/core/evidence/readings.ts';
import { readErrorBody } from '../../../lib/core/http/error-body.ts';
import { oidc } from '../../../lib/core/provider/oidc.ts';
import { readRefusal } from '../../../lib/core/provider/read-refusal.ts';
import { providerOf } from '../../../lib/core/provider/registry.ts';
import {
  AUDIENCE,
  application,
  CLIENT_ID,
  claims,
  comparison,
  ISSUER,
} from '../../support/evidence.ts';

const HTML = { 'content-type': ['text/html'] };

function read(
  status: number,
  {
    error = null,
    description = null,
    body = JSON.stringify({ error, error_description: description }),
    headers = {},
  }: {
    readonly error?: string | null;
    readonly description?: string | null;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, readonly string[]>>;
  } = {},
): RefusalReading {
  const reply = { kind: 'reply', status, headers, body, bodyProblem: null, durationMs: 1 } as const;
  return readRefusal({ reply, said: readErrorBody(body) }, oidc.refusals);
}

describe('oidc', () => {
  it('is the provider of its type', () => {
    expect(providerOf('oidc')).toBe(oidc);
  });

  it.each([
    ['https://id.example.com', 'https://id.example.com/.well-known/oauth-authorization-server'],
    [
      'https://id.example.com/tenants/acme',
      'https://id.example.com/.well-known/oauth-authorization-server/tenants/acme',
    ],
  ])('looks for the metadata of %s at %s where discovery has none', (issuer, url) => {
    expect(oidc.secondDiscoveryUrl?.(issuer)).toBe(url);
  });

  it('leaves fixes and links to the catalogue', () => {
    expect(oidc.fixes).toBeNull();
  });
});

describe('claims of a token of any server', () => {
  const asked = {
    names: oidc.claimNames,
    mayEndIssuerInSlash: true,
    application: application({ audience: [AUDIENCE] }),
  };
  const causes = (parts: Readonly<Record<string, unknown>>, left: readonly string[] = []) => {
    const token = Object.fromEntries(
      Object.entries(claims({ azp: undefined, gty: undefined, scp: undefined, ...parts })).filter(
        ([name, value]) => value !== undefined && !left.includes(name),
      ),
    );
    return compareClaims(comparison({ ...asked, claims: token })).map(({ cause }) => cause);
  };

  it.each(['client_id', 'azp', 'cid', 'appid'])('names its client in %s', (claim) => {
    expect(causes({ [claim]: CLIENT_ID })).toEqual([]);
    expect(causes({ [claim]: 'another' })).toEqual(['authorized-party-mismatch']);
  });

  it('may name no client', () => {
    expect(causes({})).toEqual([]);
  });

  it('may have its scopes as a list in scp', () => {
    expect(causes({ scp: ['read:invoices'] }, ['scope'])).toEqual([]);
  });

  it('may have what Entra grants to an application in roles', () => {
    expect(causes({ roles: ['read:invoices'] }, ['scope'])).toEqual([]);
    expect(causes({ roles: ['other'] }, ['scope'])).toEqual(['scope-missing']);
    expect(causes({ roles: ['other'] })).toEqual([]);
  });

  it.each([
    [ISSUER, []],
    [`${ISSUER}/`, []],
    [`${ISSUER}//`, ['issuer-mismatch']],
    [`${ISSUER}/x`, ['issuer-mismatch']],
    [ISSUER.toUpperCase(), ['issuer-mismatch']],
  ])('issued by %s differs in %j', (iss, expected) => {
    expect(causes({ iss })).toEqual(expected);
  });

  it('must have the issuer without a slash where the provider always writes it so', () => {
    const token = claims({ iss: `${ISSUER}/` });

    expect(compareClaims(comparison({ claims: token })).map(({ cause }) => cause)).toEqual([
      'issuer-mismatch',
    ]);
  });
});

describe('readRefusal of oidc', () => {
  it.each([
    ['invalid_client', 'credentials-rejected'],
    ['unauthorized_client', 'grant-not-allowed'],
    ['invalid_grant', 'refusal-unrecognized'],
    ['unsupported_grant_type', 'grant-type-unsupported'],
    ['invalid_scope', 'scope-not-allowed'],
    ['insufficient_scope', 'scope-not-allowed'],
    ['invalid_target', 'audience-not-authorized'],
    ['invalid_resource', 'audience-unknown'],
    ['invalid_request', 'request-malformed'],
    ['server_error', 'provider-error'],
    ['temporarily_unavailable', 'provider-error'],
    ['slow_down', 'provider-rate-limited'],
    ['too_many_requests', 'provider-rate-limited'],
    ['INVALID_CLIENT', 'credentials-rejected'],
  ])('reads the bare code %s as %s, by the code alone', (error, reason) => {
    expect(read(400, { error })).toEqual({ reason, basis: 'error-code', named: null });
  });

  it.each<[number, string, string]>([
    [401, 'credentials-rejected', 'status'],
    [407, 'provider-blocked', 'status'],
    [451, 'provider-blocked', 'status'],
    [415, 'request-malformed', 'status'],
    [418, 'refusal-unrecognized', 'status'],
    [404, 'client-unknown', 'status'],
    [429, 'provider-rate-limited', 'documented-reply'],
    [500, 'provider-error', 'status'],
  ])('reads the bare status %i as %s', (status, reason, basis) => {
    expect(read(status, { body: '{}' })).toEqual({ reason, basis, named: null });
  });

  it('takes an overload that the server admits for documented', () => {
    expect(read(503, { error: 'temporarily_unavailable' })).toMatchObject({
      reason: 'provider-error',
      basis: 'documented-reply',
    });
  });

  it('takes a limit for a limit, whatever its code and text', () => {
    expect(read(429, { error: 'invalid_client', description: 'client not found' })).toMatchObject({
      reason: 'provider-rate-limited',
    });
  });

  it('takes a documented sentence of Fosite, whole, for documented', () => {
    const description =
      'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).';

    expect(read(401, { error: 'invalid_client', description })).toMatchObject({
      reason: 'credentials-rejected',
      basis: 'documented-reply',
    });
  });

  it('takes a page for an edge, and words of a firewall for its own', () => {
    expect(read(403, { body: '<html>no</html>', headers: HTML })).toMatchObject({
      reason: 'provider-blocked',
      basis: 'status',
    });
    expect(
      read(403, { body: '<title>Attention Required! | Cloudflare</title>', headers: HTML }),
    ).toMatchObject({
      reason: 'provider-blocked',
      basis: 'explicit-words',
    });
  });

  it('takes words about the client for likely where the status says that the server failed', () => {
    const unknown = { error: 'server_error', description: 'Client not found' };
    const failed = { error: 'invalid_request', description: 'Client authentication failed' };

    expect(read(500, unknown)).toMatchObject({
      reason: 'client-unknown',
      basis: 'documented-reply',
    });
    expect(read(500, failed)).toMatchObject({
      reason: 'credentials-rejected',
      basis: 'documented-reply',
    });
  });

  it('takes "unexpected error" beside a code about the client for no outage', () => {
    const description = 'Unexpected error';

    expect(read(400, { error: 'invalid_request', description })).toMatchObject({
      reason: 'request-malformed',
      basis: 'error-code',
    });
    expect(read(400, { error: 'server_error', description })).toMatchObject({
      reason: 'provider-error',
      basis: 'documented-reply',
    });
    expect(read(400, { description })).toMatchObject({ reason: 'provider-error' });
    expect(
      read(400, { error: 'unauthorized_client', description: 'Unsupported grant type' }),
    ).toMatchObject({
      reason: 'grant-not-allowed',
    });
    expect(
      read(401, {
        error: 'invalid_client',
        description: 'Invalid secret; DPoP proof is not required',
      }),
    ).toMatchObject({
      reason: 'credentials-rejected',
    });
    expect(
      read(401, { error: 'invalid_client', description: 'DPoP proof is not required' }),
    ).toMatchObject({
      basis: 'error-code',
    });
  });

  it('knows a number of Entra from one that only begins alike', () => {
    const text = (number: string) => ({
      error: 'invalid_client',
      description: `AADSTS${number}: no`,
    });

    expect(read(401, text('700016'))).toMatchObject({ reason: 'client-unknown' });
    expect(read(401, text('7000160'))).toMatchObject({ basis: 'error-code' });
  });

  it('is total', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 599 }),
        fc.option(fc.string()),
        fc.option(fc.string()),
        (status, error, description) => {
          expect(typeof read(status, { error, description }).reason).toBe('string');
        },
      ),
    );
  });
});
