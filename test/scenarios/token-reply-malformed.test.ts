import { describe, expect, it } from 'vitest';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import type { JsonObject } from '../../lib/standin/tenant-records.ts';
import {
  garbage,
  htmlPage,
  invalidJson,
  largeBody,
  notUtf8,
  redirectTo,
  replyWith,
} from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

const without = (name: string) => (body: JsonObject) =>
  Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));

describe('token-reply-malformed', () => {
  it.each([
    ['no access_token', without('access_token'), 'it has no access_token'],
    [
      'an empty access_token',
      (body: JsonObject) => ({ ...body, access_token: '' }),
      'no access_token',
    ],
    [
      'a number as access_token',
      (body: JsonObject) => ({ ...body, access_token: 7 }),
      'is not a string',
    ],
    [
      'a line break in access_token',
      (body: JsonObject) => ({ ...body, access_token: 'a\r\nb' }),
      'is not a string',
    ],
    ['the token_type mac', (body: JsonObject) => ({ ...body, token_type: 'mac' }), 'is not Bearer'],
    ['an array', (body: JsonObject) => [body], 'its body is not a JSON object'],
  ])('is certain for a 200 with %s', async (_, reply, saw) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { reply });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-reply-malformed',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [
        ['token-request', 'status 200, but '],
        ['token-request', saw],
      ],
    });
    expect(report.token).toBeNull();
  });

  it.each([
    ['JSON that is cut in its middle', invalidJson(), 'is not JSON'],
    ['an HTML page', htmlPage(200, 'Sign in'), 'is not JSON'],
    ['random bytes', garbage(), 'is not UTF-8'],
    ['bytes that are no UTF-8', notUtf8(), 'is not UTF-8'],
    ['1 MiB', largeBody(1), 'is too large'],
    ['nothing', replyWith({ status: 200, headers: {}, body: '' }), 'is not JSON'],
    [
      'a token with 201',
      replyWith(jsonReply(201, { access_token: 'a', token_type: 'bearer' })),
      'a token must come with status 200',
    ],
  ])('is certain for %s', async (_, fault, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('token', fault);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-reply-malformed',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['token-request', saw]],
    });
  });

  it('is possible for a redirect, as of a login page that stands for every error', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', redirectTo('http://127.0.0.1:9/login'));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-reply-malformed',
      confidence: 'possible',
      status: 'unhealthy',
      evidence: [['token-request', 'credentials are never sent elsewhere']],
    });
  });

  it('is a warning for a token without token_type, which most clients take', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { reply: without('token_type') });

    const report = await scenario.check();

    const { status, diagnosis } = report;
    expect(status).toBe('degraded');
    expect(diagnosis).toMatchObject({
      cause: 'token-reply-malformed',
      confidence: 'certain',
      title: 'The token reply has no token_type, which some clients require',
      fix: [
        expect.stringMatching(/^Configure the provider to send `token_type`/),
        expect.any(String),
      ],
    });
    expect(diagnosis?.evidence[1]?.saw).toContain('it has no token_type');
  });
});
