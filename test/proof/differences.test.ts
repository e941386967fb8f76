import fc from 'fast-check';
import * as oauth from 'oauth4webapi';
import { describe, expect, it } from 'vitest';
import { bodyText, MAX_BODY_BYTES } from '../../lib/adapters/http/body-text.ts';
import { isJsonObject, type JsonObject } from '../../lib/core/http/json-object.ts';
import { oidc } from '../../lib/core/provider/oidc.ts';
import { createCleaner } from '../../lib/core/text/redact.ts';
import { readTokenReply, type TokenReplyRead } from '../../lib/core/token/token-reply.ts';
import { RUNS_FACTOR } from '../support/property-runs.ts';
import {
  type ComparedReply,
  type Difference,
  WHERE_MORE_LENIENT,
  WHERE_STRICTER,
} from './differences.ts';

const server: oauth.AuthorizationServer = { issuer: 'https://id.example.com' };
const client: oauth.Client = { client_id: 'client-1' };

/** How oauth4webapi reads a reply: the token, or the message that it throws. */
async function theirs(status: number, contentType: string, bytes: Uint8Array) {
  const headers = { 'content-type': contentType };
  const response = new Response(Buffer.from(bytes), { status, headers });
  return oauth
    .processClientCredentialsResponse(server, client, response)
    .then(({ access_token: token }) => ({ token, complaint: null }))
    .catch((error: Error) => ({ token: null, complaint: error.message }));
}

/** How m2m-watch reads the same bytes. */
async function ours(
  status: number,
  contentType: string,
  bytes: Uint8Array,
): Promise<TokenReplyRead> {
  const isTooLarge = bytes.length > MAX_BODY_BYTES;
  const raw = {
    bytes: Buffer.from(bytes.subarray(0, MAX_BODY_BYTES)),
    contentEncoding: [],
    problem: isTooLarge ? ('too-large' as const) : null,
  };
  const headers = { 'content-type': [contentType] };
  return readTokenReply(
    { kind: 'reply', status, headers, ...(await bodyText(raw)), durationMs: 1 },
    { provider: oidc, clean: createCleaner([]) },
  );
}

function compared(bytes: Uint8Array): ComparedReply {
  const text = new TextDecoder().decode(bytes);
  try {
    // Node's Response drops a second byte order mark too.
    const json: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return { bytes, json: isJsonObject(json) ? (json as JsonObject) : null };
  } catch {
    return { bytes, json: null };
  }
}

const usually = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<unknown>) =>
  fc.oneof({ arbitrary: usual, weight: 8 }, { arbitrary: odd as fc.Arbitrary<T>, weight: 1 });

const fields = fc.record(
  {
    access_token: usually(
      fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,40}$/),
      fc.oneof(
        fc.constantFrom('two parts', 'ünï', 'line\nbreak', '', ' '),
        fc.string({ unit: 'binary' }),
        fc.jsonValue(),
      ),
    ),
    token_type: usually(
      fc.constantFrom('bearer', 'Bearer', 'BEARER'),
      fc.constantFrom('DPoP', 'dpop', 'mac', '', 'Bearer ', null, 1, ['bearer']),
    ),
    expires_in: usually(
      fc.oneof(fc.nat(), fc.nat().map(String)),
      fc.oneof(fc.constantFrom(-1, null, 'soon', '1h', '1e999'), fc.jsonValue()),
    ),
    scope: usually(fc.constantFrom('', 'read:a write:b'), fc.jsonValue()),
    refresh_token: usually(fc.constant('token-2'), fc.jsonValue()),
    error: fc.constantFrom('invalid_client', 'invalid_scope'),
    note: fc.jsonValue(),
  },
  { requiredKeys: ['access_token', 'token_type'] },
);
const rarely = <T>(arbitrary: fc.Arbitrary<T>, never: T) =>
  fc.oneof({ arbitrary: fc.constant(never), weight: 12 }, { arbitrary, weight: 1 });

const idTokens = fc.oneof(fc.constantFrom('', 'a.b.c', 'not a token'), fc.jsonValue());

/** Bodies as bytes: most hold a token reply in JSON, some with a byte order mark or invalid bytes. */
const bodies = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .record({
        value: fc
          .record({ all: fields, idToken: rarely<unknown>(idTokens, undefined) })
          .map(({ all, idToken }) => ({ ...all, id_token: idToken })),
        before: rarely(fc.constantFrom('\ufeff', ' \n', '\ufeff\ufeff'), ''),
        after: rarely(fc.constantFrom('\n', ' ', ' x', ' '.repeat(MAX_BODY_BYTES)), ''),
        breakAt: fc.oneof(
          { arbitrary: fc.constant(null), weight: 9 },
          { arbitrary: fc.nat(), weight: 1 },
        ),
      })
      .map(({ value, before, after, breakAt }) => {
        const bytes = Buffer.from(`${before}${JSON.stringify(value)}${after}`);
        if (breakAt !== null) bytes[breakAt % bytes.length] = 0xff;
        return new Uint8Array(bytes);
      }),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.json(), fc.string()).map((text) => new TextEncoder().encode(text)),
  },
);
const statuses = usually(
  fc.constant(200),
  fc.integer({ min: 201, max: 599 }).filter((one) => one !== 204 && one !== 205 && one !== 304),
);
const contentTypes = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
);

/** Counterexamples that earlier runs found. */
const EXAMPLES: [number, string, Uint8Array][] = [
  '{"access_token":"a","token_type":"bearer","expires_in":{"toString":false}}',
].map((body) => [200, 'application/json', new TextEncoder().encode(body)]);

describe('readTokenReply compared with oauth4webapi', () => {
  it('differs only as the lists say, in one entry each, and every entry occurs', async () => {
    const met = new Map<Difference, number>();
    let agreed = 0;

    await fc.assert(
      fc.asyncProperty(statuses, contentTypes, bodies, async (status, contentType, bytes) => {
        const them = await theirs(status, contentType, bytes);
        const { seen, accessToken } = await ours(status, contentType, bytes);

        if (them.token !== null && accessToken !== null) {
          expect(accessToken.reveal()).toBe(them.token);
          agreed += 1;
        }
        if ((them.token === null) === (accessToken === null)) return;
        const list: readonly Difference[] =
          them.token === null ? WHERE_MORE_LENIENT : WHERE_STRICTER;
        const entries = list.filter(({ applies }) => applies(compared(bytes)));
        expect({ seen, complaint: them.complaint, entries: entries.length }).toMatchObject({
          entries: 1,
        });
        const [entry] = entries;
        if (entry !== undefined) met.set(entry, (met.get(entry) ?? 0) + 1);
        for (const { problem } of WHERE_STRICTER.filter((one) => one === entry)) {
          // With an `error` next to the unusable token, the reply is read as a refusal.
          expect(seen.kind === 'malformed' ? seen.problem : problem).toBe(problem);
        }
        for (const { complaint } of WHERE_MORE_LENIENT.filter((one) => one === entry)) {
          expect(them.complaint).toContain(complaint);
        }
      }),
      { numRuns: 5000 * RUNS_FACTOR, examples: EXAMPLES },
    );

    const all: readonly Difference[] = [...WHERE_STRICTER, ...WHERE_MORE_LENIENT];
    expect(all.filter((entry) => !met.has(entry)).map(({ reply }) => reply)).toEqual([]);
    expect(agreed).toBeGreaterThan(1000);
  });
});
