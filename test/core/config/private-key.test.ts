import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { renderProblem } from '../../../lib/core/config/config-problems.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { sourcesOf } from '../../../lib/core/config/secret-places.ts';

const APP = 'applications.billing-sync';
const KEY = { privateKey: { file: 'keys/billing-sync.pem' } };
const NO_PLACE =
  'there is no place for a key here: name where it is kept, for example { file: keys/billing-sync.pem }';

type Block = Readonly<Record<string, unknown>>;

/** A configuration of one application with a key. */
function written(application: Block = {}, provider: Block = {}) {
  return {
    version: 1,
    providers: { acme: { type: 'oidc', issuer: 'https://auth.acme.com', ...provider } },
    applications: {
      'billing-sync': {
        provider: 'acme',
        clientId: 'client-1',
        credentials: KEY,
        audience: null,
        ...application,
      },
    },
  };
}

function problemsOf(application: Block, provider: Block = {}): readonly string[] {
  const parsed = parseConfig(written(application, provider));
  return parsed.ok ? [] : parsed.issues.map(renderProblem);
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const JWK = privateKey.export({ format: 'jwk' });

describe('credentials with a private key', () => {
  it('are parsed with null for what is absent, and imply the method', () => {
    const parsed = parseConfig(written());

    expect(parsed).toMatchObject({
      ok: true,
      value: {
        applications: [
          {
            clientAuthentication: 'private_key_jwt',
            credentials: {
              ...KEY,
              certificate: null,
              keyId: null,
              algorithm: null,
              assertionAudience: null,
            },
          },
        ],
      },
    });
  });

  it.each([
    { env: 'BILLING_SYNC_KEY' },
    { file: 'key.pem' },
    { secretsManager: 'm2m/key', key: 'pem', region: 'eu-west-1' },
    { ssm: '/m2m/key' },
  ])('may be read from %j, and the certificate too', (source) => {
    const credentials = { privateKey: source, certificate: source, keyId: 'k', algorithm: 'PS256' };

    expect(parseConfig(written({ credentials }))).toMatchObject({
      ok: true,
      value: { applications: [{ credentials }] },
    });
  });

  it.each([
    ['of the application', { clientAuthentication: 'private_key_jwt' }, {}],
    ['of the provider', {}, { clientAuthentication: 'private_key_jwt' }],
    [
      'of the application, against its provider',
      { clientAuthentication: 'private_key_jwt' },
      { clientAuthentication: 'client_secret_post' },
    ],
  ])('go with the method %s', (_, application, provider) => {
    expect(problemsOf(application, provider)).toEqual([]);
  });
});

describe('what is read for credentials', () => {
  it.each([
    [{ env: 'SECRET' }, [[]]],
    [KEY, [['privateKey']]],
    [{ ...KEY, certificate: { file: 'c.pem' } }, [['privateKey'], ['certificate']]],
  ])('of %j is at %j', (credentials, paths) => {
    const parsed = parseConfig(written({ credentials }));
    const [application] = parsed.ok ? parsed.value.applications : [];

    expect(application && sourcesOf(application.credentials).map(({ path }) => path)).toEqual(
      paths,
    );
  });
});

describe('what does not go together has one line', () => {
  it.each<[name: string, application: Block, provider: Block, problem: string]>([
    [
      'another method of the application',
      { clientAuthentication: 'client_secret_basic' },
      {},
      `${APP}.credentials.privateKey is for clientAuthentication: private_key_jwt, and the method of this application is another one: set clientAuthentication: private_key_jwt beside \`credentials\`, or name a secret instead`,
    ],
    [
      'another method of the provider',
      {},
      { clientAuthentication: 'client_secret_basic' },
      `${APP}.credentials.privateKey is for clientAuthentication: private_key_jwt, and the method of this application is another one: set clientAuthentication: private_key_jwt beside \`credentials\`, or name a secret instead`,
    ],
    [
      'the method without a key',
      { clientAuthentication: 'private_key_jwt', credentials: { env: 'SECRET' } },
      {},
      `${APP}.credentials names no private key, which clientAuthentication: private_key_jwt needs: write for example { privateKey: { file: keys/billing-sync.pem } }`,
    ],
    [
      'the method of the provider without a key',
      { credentials: { file: 'secret.json' } },
      { clientAuthentication: 'private_key_jwt' },
      `${APP}.credentials names no private key, which clientAuthentication: private_key_jwt needs: write for example { privateKey: { file: keys/billing-sync.pem } }`,
    ],
    [
      'no client id',
      { clientId: undefined },
      {},
      `${APP}.clientId is missing: with clientAuthentication: private_key_jwt, write the client id here`,
    ],
    [
      'a key and a secret',
      { credentials: { ...KEY, env: 'SECRET' } },
      {},
      `${APP}.credentials names env and privateKey: keep one of them`,
    ],
    [
      'a certificate with a secret',
      { credentials: { env: 'SECRET', certificate: { file: 'c.pem' } } },
      {},
      `${APP}.credentials.certificate only works with \`privateKey\`: remove it`,
    ],
    [
      'a key id with a secret',
      { credentials: { env: 'SECRET', keyId: 'k' } },
      {},
      `${APP}.credentials.keyId only works with \`privateKey\`: remove it`,
    ],
    [
      'fields with a key',
      { credentials: { ...KEY, fields: { clientId: 'id' } } },
      {},
      `${APP}.credentials.fields has no effect with \`privateKey\`: remove it`,
    ],
    [
      'an HMAC',
      { credentials: { ...KEY, algorithm: 'HS256' } },
      {},
      `${APP}.credentials.algorithm must be an algorithm with a public key, never \`none\` or HMAC: one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519`,
    ],
    [
      'a key without a place',
      { credentials: { privateKey: {} } },
      {},
      `${APP}.credentials.privateKey must name one of env, file, secretsManager, ssm`,
    ],
    [
      'a key at two places',
      { credentials: { privateKey: { env: 'KEY', file: 'key.pem' } } },
      {},
      `${APP}.credentials.privateKey names env and file: keep one of them`,
    ],
    [
      'two variables for one key',
      { credentials: { privateKey: { env: { clientId: 'A', clientSecret: 'B' } } } },
      {},
      `${APP}.credentials.privateKey.env must be text, and is a block of keys`,
    ],
    [
      'a slip in a name',
      { credentials: { privatKey: { file: 'key.pem' } } },
      {},
      `${APP}.credentials: unknown key \`privatKey\`; did you mean \`privateKey\`?`,
    ],
    [
      'the name in the style of the file',
      { credentials: { private_key: { file: 'key.pem' } } },
      {},
      `${APP}.credentials: unknown key \`private_key\`; did you mean \`privateKey\`?`,
    ],
  ])('%s', (_, application, provider, problem) => {
    expect(problemsOf(application, provider)).toEqual([problem]);
  });

  it.each([
    ['the provider', {}, { type: 'kinde', clientAuthentication: 'private_key_jwt' }],
    ['the application', { clientAuthentication: 'private_key_jwt' }, { type: 'kinde' }],
    ['its key', {}, { type: 'kinde' }],
  ])('a method that Kinde does not offer, in %s', (_, application, provider) => {
    const problems = problemsOf(application, provider);

    expect(problems).toContainEqual(
      expect.stringContaining(
        'clientAuthentication cannot be private_key_jwt: applications of Kinde authenticate with a client secret',
      ),
    );
  });
});

describe('a key itself where a place belongs', () => {
  it.each<[name: string, credentials: unknown, problem: string]>([
    ['PEM for the block', PEM, `${APP}.credentials is text; ${NO_PLACE}`],
    [
      'PEM for the source',
      { privateKey: PEM },
      `${APP}.credentials.privateKey is text; ${NO_PLACE}`,
    ],
    [
      'JWK for the source',
      { privateKey: JWK },
      `${APP}.credentials.privateKey is a key itself; ${NO_PLACE}`,
    ],
    [
      'JWK as text for the source',
      { privateKey: JSON.stringify(JWK) },
      `${APP}.credentials.privateKey is text; ${NO_PLACE}`,
    ],
    [
      'PEM in one line for a file',
      { privateKey: { file: PEM.replaceAll('\n', ' ') } },
      `${APP}.credentials.privateKey.file is a key or a secret itself; ${NO_PLACE}`,
    ],
    [
      'PEM for a file',
      { privateKey: { file: PEM } },
      `${APP}.credentials.privateKey.file is a key or a secret itself; ${NO_PLACE}`,
    ],
    [
      'JWK for a secret',
      { privateKey: { secretsManager: JSON.stringify(JWK) } },
      `${APP}.credentials.privateKey.secretsManager is a key or a secret itself; ${NO_PLACE}`,
    ],
    [
      'PEM for a variable',
      { privateKey: { env: PEM } },
      `${APP}.credentials.privateKey.env is a key or a secret itself; ${NO_PLACE}`,
    ],
    [
      'PEM for a certificate',
      { ...KEY, certificate: PEM },
      `${APP}.credentials.certificate is text; ${NO_PLACE}`,
    ],
  ])('%s is refused in one line that quotes nothing of it', (_, credentials, problem) => {
    const problems = problemsOf({ credentials });

    expect(problems).toEqual([problem]);
    for (const part of [String(JWK.d), PEM.split('\n')[1] ?? '', 'BEGIN']) {
      expect(problems.join()).not.toContain(part);
    }
  });
});
