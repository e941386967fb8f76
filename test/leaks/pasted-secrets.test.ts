import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/captured-io.ts';
import { tokenOf, unsignedToken, writeConfiguration } from '../cli/paste/pasted-tokens.ts';
import { startScenario } from '../support/scenario.ts';
import { ECHO_ENCODINGS } from './echo-encodings.ts';
import { findLeaks } from './find-leaks.ts';

const SECRET = 'pl4nted+b&=%/~é"x<y>\\z:0123456789';
const COOKIE = 'c00kie-0123456789abcdef';
const SIGNATURE = 'S1gnatureS1gnatureS1gnatureS1gnature';
const TOKEN = `${unsignedToken({ iss: 'https://acme.kinde.com', note: 'x' }).slice(0, -4)}.${SIGNATURE}`;
const ALL = [SECRET, COOKIE, SIGNATURE];

const form = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
const basic = (text: string) => Buffer.from(`client:${form(text)}`).toString('base64');

type Echo = (secret: string) => string;

/** Pastes full of secrets: what was sent stands in them, and what came back echoes it. */
const PASTES: Readonly<Record<string, (secret: string, echo: Echo) => string>> = {
  'what curl -v prints': (secret, echo) =>
    [
      `$ curl -v https://acme.kinde.com/oauth2/token -d client_secret=${form(secret)}`,
      '> POST /oauth2/token HTTP/2',
      `> Authorization: Basic ${basic(secret)}`,
      `> Cookie: session=${COOKIE}`,
      `> x-token: Bearer ${TOKEN}`,
      '>',
      `} [5 bytes data]`,
      '< HTTP/2 401',
      `< set-cookie: session=${COOKIE}; Path=/`,
      `< www-authenticate: Basic realm="${headerText(echo(secret))}", error="${headerText(echo(TOKEN))}"`,
      '<',
      JSON.stringify({
        error: 'invalid_client',
        error_description: `You sent ${echo(secret)}, ${TOKEN}`,
      }),
    ].join('\n'),
  'an answer of an API': (secret, echo) =>
    [
      `client_secret=${form(secret)}&grant_type=client_credentials`,
      'HTTP/1.1 403 Forbidden',
      `www-authenticate: Bearer error="insufficient_scope", scope="${headerText(echo(secret))}"`,
      '',
      JSON.stringify({ errors: [{ code: echo(secret), message: `${TOKEN} ${echo(TOKEN)}` }] }),
    ].join('\n'),
  'a line of a log': (secret, echo) =>
    `2026 ERROR ${JSON.stringify({
      env: { CLIENT_SECRET: secret, cookie: `sid=${COOKIE}` },
      status: 400,
      access_token: TOKEN,
      body: JSON.stringify({ error: echo(secret), error_description: echo(secret) }),
    })}`,
  'an object as a program prints it': (secret, echo) =>
    `CLIENT_SECRET=${form(secret)}\n{\n  error: 'invalid_client',\n  error_description: '${echo(secret).replace(/['\\]/g, '\\$&')}',\n  token: '${TOKEN}' }`,
  'a page': (secret, echo) =>
    `client_secret=${form(secret)}\nHTTP/1.1 502 Bad Gateway\n\n<html><title>502</title>${echo(secret)} Bearer ${TOKEN}</html>`,
  'plain text': (secret, echo) =>
    `client_secret=${form(secret)}\nAuthorization: Bearer ${TOKEN}\nHTTP/1.1 401 Unauthorized\n\nno: ${echo(secret)} ${echo(TOKEN)}\nCookie: a=${COOKIE}`,
  'a request alone': (secret) =>
    `curl https://acme.kinde.com/oauth2/token -d client_secret=${form(secret)} -H "authorization: Bearer ${TOKEN}"`,
  'no answer': (secret, echo) =>
    `client_secret=${form(secret)} getaddrinfo ENOTFOUND ${echo(secret)} ${TOKEN}`,
  'a token reply': (secret, echo) =>
    `client_secret=${form(secret)}\n{"access_token":"${TOKEN}","note":${JSON.stringify(echo(secret))}}`,
};

function headerText(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, ' ');
}

const COMMANDS = [
  ['explain'],
  ['explain', '--format', 'json'],
  ['explain', '--from', 'token', '--status', '401'],
  ['explain', '--from', 'call', '--status', '403'],
  ['explain', '--from', 'token', '--status', '200'],
  ['decode'],
] as const;

async function said(argv: readonly string[], stdin: string, cwd = '/nonexistent') {
  const environment = { M2M_WATCH_DEBUG: '1' };
  const { stdout, stderr } = await run(argv, { stdin, cwd, environment });
  return `${stdout}\n${stderr}`;
}

function expectNoLeak(output: string, secrets: readonly string[] = ALL): void {
  expect(findLeaks(output, secrets)).toEqual([]);
  expect(output).not.toMatch(/eyJ[\w-]{8}/);
  expect(output).not.toContain('this is an internal error of m2m-watch');
}

describe('a paste full of secrets', () => {
  it.each(
    Object.entries(PASTES).flatMap(([name, paste]) =>
      Object.entries(ECHO_ENCODINGS).map(([encoding, echo]) => ({ name, paste, encoding, echo })),
    ),
  )('leaves none in any output: $name, $encoding', async ({ paste, echo }) => {
    for (const argv of COMMANDS) expectNoLeak(await said(argv, paste(SECRET, echo)));
  });

  it('leaves none as an argument either', async () => {
    for (const [name, paste] of Object.entries(PASTES)) {
      const text = paste(SECRET, String);

      expectNoLeak(await said(['explain', '--body', text], ''), ALL);
      expectNoLeak(await said(['decode', text], ''), ALL);
      expectNoLeak(await said(['explain', '--status', text], ''), [SIGNATURE]);
      expectNoLeak(await said(['explain', '--header', `x: ${TOKEN}`, '--status', '401'], text));
      expect(name).not.toBe('');
    }
  });

  it('leaves none whatever the secret is', async () => {
    const secret = fc
      .string({
        unit: fc.constantFrom(...'abcXYZ0189+&=%/~é "\'<>\\:;,.-_$€'),
        minLength: 20,
        maxLength: 50,
      })
      .filter((value) => value.replace(/\s/g, '').length >= 18);
    await fc.assert(
      fc.asyncProperty(
        secret,
        fc.constantFrom(...Object.values(PASTES)),
        fc.constantFrom(...Object.values(ECHO_ENCODINGS)),
        fc.constantFrom(...COMMANDS),
        async (value, paste, echo, argv) => {
          expectNoLeak(await said(argv, paste(value, echo)), [value, SIGNATURE]);
        },
      ),
    );
  });
});

describe('tokens that hold what was sent', () => {
  it.each(Object.entries(ECHO_ENCODINGS))(
    'are compared and decoded without it: %s',
    async (_, echo) => {
      const scenario = await startScenario({ settings: { secret: SECRET } });
      await writeConfiguration(scenario);
      scenario.tenant.distortToken(scenario.clientId, {
        claims: (claims) => ({
          ...claims,
          aud: [echo(SECRET)],
          org_code: echo(SECRET),
          [echo(SECRET)]: { nested: [echo(SECRET)] },
        }),
      });
      const token = await tokenOf(scenario, scenario);
      const other = unsignedToken({ iss: scenario.issuer, azp: echo(SECRET), scope: 'x' });
      const signature = token.split('.')[2] ?? '';

      for (const pasted of [token, other]) {
        for (const command of ['decode', 'compare']) {
          const output = await said([command, '--app', 'billing-sync'], pasted, scenario.folder);

          expect(output).toContain('verified');
          expectNoLeak(output, [SECRET, signature]);
        }
      }
    },
  );
});
