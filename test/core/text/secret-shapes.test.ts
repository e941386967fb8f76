import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasSecretForm,
  isRandomRun,
  isSecretName,
  looksLikeSecret,
} from '../../../lib/core/text/secret-shapes.ts';

const JWT = `eyJhbGciOiJSUzI1NiJ9.${'eyJzdWIiOiIxIn0'}.c2lnbmF0dXJl`;

/** Put together, so that no scanner takes this file for a leak. */
const key = (...parts: readonly string[]) => parts.join('');

describe('looksLikeSecret', () => {
  it.each([
    ['a JWT', JWT],
    ['a JWT in a sentence', `the token ${JWT} was refused`],
    ['a JWT behind an equals sign', `access_token=${JWT}`],
    ['a cut JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJz'],
    ['a PEM', '-----BEGIN PRIVATE KEY-----\nMIIE'],
    ['a JWK', '{"kty":"EC","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}'],
    ['a key of Stripe', key('sk_', 'live_4eC39HqLyjWDarjtT1zdp7dc')],
    ['a token of GitHub', key('gh', 'p_16C7e42F292c6912E7710c838347Ae178B4a')],
    ['a token of GitLab', key('glp', 'at-x7Yz9Kq2Lm4Np6Rs8Tv0')],
    ['a token of Slack', key('xox', 'b-123456789012-abcdefABCDEF')],
    ['an access key of AWS', key('AK', 'IAIOSFODNN7EXAMPLE')],
    ['a secret key of AWS', key('wJalrXUtnFEMI/K7MDENG/', 'bPxRfiCYEXAMPLEKEY')],
    ['a client secret of Entra', key('Ab3', '8Q~dEfGhIjKlMnOpQrStUvWxYz012345.-_~')],
    ['a token of Vault', key('hvs.', 'CAESIJlU9JMYEhOPYv4igdhm9PnZDrabYTobQ4Ymnlq1qY')],
    ['a key of OpenAI', key('sk-', 'proj-abcdefghijABCDEFGHIJ1234')],
    ['Bearer and a token', 'Bearer mF_9.B5f-4.1JqM'],
    ['Basic and its halves', 'Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW'],
    ['a password in an address', 'postgres://user:hunter2@db.acme.com/x'],
    ['a secret of Kinde', 'k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa6UoI0iTyKbVx'],
    ['one with slashes', 'aB3/dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY+zA1bC3='],
    [
      'the address of a webhook',
      key('https://hooks.slack', '.com/services/T00000000/B00000000/XXXX'),
    ],
    ['a segment of a path', '/v1/hooks/k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa'],
  ])('takes %s for a secret', (_what, text) => {
    expect(looksLikeSecret(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a UUID', '6b0f1c1e-2a5f-4a40-9c39-6a2ad0e6a3c1'],
    [
      'a client id of Google',
      '407408718192-a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6.apps.googleusercontent.com',
    ],
    ['two UUIDs', '6b0f1c1e-2a5f-4a40-9c39-6a2ad0e6a3c1-7d1f1c1e-2a5f-4a40-9c39-6a2ad0e6a3c2'],
    ['a client id of Kinde', 'd4d3c5b74e064badb9625a4aa6241bcc'],
    ['a trace', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['a SHA-256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['a URL', 'https://api.acme.com/v1/organizations/production/applications/billing-sync'],
    ['a URL with an id', 'https://api.acme.com/v1/objects/aB3dE5fG7hJ9kL1mN2pQ'],
    ['an URL with a port', 'https://api.acme.com:8443/@scope/name:1'],
    ['a media type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['a media type with suffixes', 'application/vnd.acme.billing.v3+json; charset=utf-8'],
    ['a long name', 'production-eu-west-billing-synchronisation-service-for-payments'],
    ['a long name in camel case', 'applicationPropertiesOrganizationTierGoldValueForBilling'],
    [
      'a name of AWS',
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:m2m/billing-synchronisation-worker-AbC1dE',
    ],
    ['words about a scheme', 'Basic authentication is required; Bearer realm="billing"'],
    ['a version', '2026-12-01-preview'],
    ['a user agent', 'm2m-watch/1.2.3 (+https://github.com/acme/m2m-watch)'],
    ['letters of one kind', 'a'.repeat(200)],
  ])('takes %s for no secret', (_what, text) => {
    expect(looksLikeSecret(text)).toBe(false);
  });

  it('recognises what a generator of secrets makes, from 40 characters of letters and digits on', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    const generated = fc
      .infiniteStream(fc.integer({ min: 0, max: 61 }))
      .map((numbers) => Array.from(numbers.take(40), (at) => alphabet.charAt(at)).join(''));

    const missed = fc
      .sample(generated, { numRuns: 2000, seed: 7 })
      .filter((secret) => !looksLikeSecret(secret));

    expect(missed.length).toBeLessThanOrEqual(20);
  });

  it.each([
    ['eyJ'],
    ['a/'],
    ['Bearer '],
    ['Aa'],
    ['-----BEGIN'],
    ['://a:'],
    ['"d": "'],
    ['sk-'],
    ['a-'],
    ['basic a'],
  ])('takes time that grows with the text alone: %j many times', (part) => {
    const cpuOf = (length: number) => {
      const text = part.repeat(length / part.length);
      const before = process.cpuUsage();
      looksLikeSecret(text);
      isSecretName(text);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    cpuOf(1000);

    expect(cpuOf(400_000)).toBeLessThan(1000);
  });
});

describe('hasSecretForm', () => {
  it('passes over what is random alone', () => {
    expect(hasSecretForm('k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa')).toBe(false);
    expect(hasSecretForm(JWT)).toBe(true);
  });
});

describe('isRandomRun', () => {
  it('looks at the run alone', () => {
    expect(isRandomRun('k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa')).toBe(true);
    expect(isRandomRun('k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cE')).toBe(false);
  });
});

describe('isSecretName', () => {
  it.each([
    'Ocp-Apim-Subscription-Key',
    'apikey',
    'api-key',
    'x-api-key',
    'X-API-KEY',
    'apiKey',
    'APIKey',
    'x-auth-token',
    'private-token',
    'x-vault-token',
    'X-Amz-Security-Token',
    'x-functions-key',
    'Cookie',
    'Set-Cookie',
    'JSESSIONID',
    'Authorization',
    'X-Authorization',
    'client_secret',
    'clientSecret2',
    'password',
    'db_pwd',
    'x-subscriptionkey',
    'accesstoken',
    'access_token',
    'subject_token',
    'secret_id',
    'X-Api-Key-Value',
    'sig',
    'X-Hub-Signature-256',
    'X-JFrog-Art-Api',
    'X-TrackerToken',
    'DD-API-KEY',
    'X-Session-Id',
    'code_verifier',
    'key',
  ])('takes %s for the name of a credential', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    '',
    '-',
    'Accept',
    'Idempotency-Key',
    'partition_key',
    'token_type',
    'requested_token_type',
    'tokenFormat',
    'key_id',
    'kid',
    'X-Request-Id',
    'organization',
    'author',
    'monkey',
    'keyboard',
    'x-tenant',
    'secretary',
    'passenger',
    'code_challenge',
    'next_token',
  ])('takes %j for the name of something else', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
