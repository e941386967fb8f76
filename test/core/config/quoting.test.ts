import { describe, expect, it } from 'vitest';
import {
  isName,
  quoted,
  quotedName,
  shownKey,
  shownPlace,
} from '../../../lib/core/config/quoting.ts';

describe('quoted', () => {
  it.each([
    'audiance',
    'clinetId',
    'enf',
    'tokenParameters',
    'client_secret',
    'billing-sync',
    'acme-eu2',
    'Ocp-Apim-Subscription-Key',
    'X-API-Key',
    'M2M_BILLING_SYNC_CLIENT_ID',
    '__proto__',
    'org_code',
    'application_properties.tier.v',
    'x5t',
    '<<',
  ])('shows %s, since somebody mistyped it', (text) => {
    expect(quoted(text)).toBe(`\`${text}\``);
  });

  it.each([
    ['of Kinde', 'k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa6UoI0iTyKbVx'],
    ['of 12 characters', 'hJ3kPq9Zt2Lw'],
    ['of 12 lower-case characters', 'k3j9x2m4p7q1'],
    ['of lower-case letters', 'hqzkpwtrbnma'],
    ['with punctuation', 'p4$w0rd!x-9.Q'],
    ['behind a colon without its space', 'clientSecret:hunter'],
    ['behind a name without its colon', 'clientSecret hunter'],
    ['in base64', 'c2VjcmV0c2VjcmV0'],
    ['in pieces', 'a1-Bc.d_E9fG'],
    ['in hexadecimal', 'd4d3c5b74e064badb9625a4aa6241bcc'],
    ['in hexadecimal, short', 'd4d3c5b74e06'],
    ['in many lines', 'one\ntwo'],
    ['of many words', 'correct-horse-battery-staple-and-many-more'],
  ])('shows no secret %s', (_what, text) => {
    expect(quoted(text)).toBe('[not shown]');
    expect(isName(text)).toBe(false);
  });
});

describe('shownKey', () => {
  it('puts a name with dots in quotes', () => {
    expect(shownKey('a.b')).toBe('"a.b"');
    expect(shownKey('a-b')).toBe('a-b');
    expect(shownKey('hJ3kPq9Zt2Lw')).toBe('[not shown]');
  });
});

describe('quotedName', () => {
  it('shows what every report shows', () => {
    expect(quotedName('x9k2m4p7q1z3')).toBe('`x9k2m4p7q1z3`');
    expect(quotedName('hJ3kPq9Zt2Lw')).toBe('[not shown]');
    expect(quotedName('x9k2m4p7q1z3abv8d5f6g7h8j9k1l2n3s4t')).toBe('[not shown]');
  });
});

describe('shownPlace', () => {
  it.each([
    'm2m/billing-sync',
    'M2M_ID',
    'SLACK_WEBHOOK',
    'secrets/billing-sync.json',
    '/run/secrets/billing sync.json',
    '/tmp/m2m-watch-Xy12Ab/secret.json',
    'C:\\keys\\billing.pem',
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:m2m/billing-sync-AbC1dE',
    '/m2m/billing-sync',
  ])('shows %s', (text) => {
    expect(shownPlace(text)).toBe(text);
  });

  it.each([
    'hJ3kPq9Zt2Lw',
    'secrets/hJ3kPq9Zt2Lw',
    'k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa6UoI0iTyKbVx',
    'a1-Bc.d_E9fG',
    'p4$w0rd!x-9.Q',
    `${'long/'.repeat(50)}`,
  ])('does not show %s', (text) => {
    expect(shownPlace(text)).toBe('[not shown]');
  });
});
