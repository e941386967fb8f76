// Headers of the call and parameters of the token request that are read from where secrets are kept.

import { describe, expect, it } from 'vitest';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import { findLeaks } from '../leaks/find-leaks.ts';
import { replyWith } from '../support/fault-replies.ts';
import { type Scenario, startScenario } from '../support/scenario.ts';

const KEY = 'hJ3kPq9Zt2LwXv7Bn4Rm';
const OTHER = 'Yq8Wd5Tc1Gf6Sk0Az3Jh';

/** The application with a key for its API, and one for its token endpoint. */
function withKeys(scenario: Scenario) {
  return scenario.application({
    tokenParameters: { organization: 'org_acme', api_key: { env: 'OTHER_KEY' } },
    call: scenario.call('/health', {
      headers: { 'X-Tenant': 'acme', 'Ocp-Apim-Subscription-Key': { file: 'subscription-key' } },
    }),
  });
}

describe('a value that is read for a header or a parameter', () => {
  it('is sent, and is in no report of a healthy application', async () => {
    const scenario = await startScenario();
    await scenario.write('subscription-key', `${KEY}\n`);

    const report = await scenario.check({
      application: withKeys(scenario),
      environment: { OTHER_KEY: OTHER },
    });

    expect(report.status).toBe('healthy');
    const [call] = scenario.received('api');
    expect(call?.headers['ocp-apim-subscription-key']).toBe(KEY);
    expect(call?.headers['x-tenant']).toBe('acme');
    const [token] = scenario.received('token');
    expect(new URLSearchParams(token?.body).get('api_key')).toBe(OTHER);
    expect(findLeaks(JSON.stringify(report), [KEY, OTHER])).toEqual([]);
  });

  it('is read again for every attempt', async () => {
    const scenario = await startScenario();
    await scenario.write('subscription-key', KEY);
    await scenario.check({ application: withKeys(scenario), environment: { OTHER_KEY: OTHER } });
    await scenario.write('subscription-key', OTHER);

    await scenario.check({ application: withKeys(scenario), environment: { OTHER_KEY: OTHER } });

    const sent = scenario
      .received('api')
      .map(({ headers }) => headers['ocp-apim-subscription-key']);
    expect(sent).toEqual([KEY, OTHER]);
  });

  it('stays secret where the provider or the API says it back', async () => {
    const scenario = await startScenario();
    await scenario.write('subscription-key', KEY);
    const echo = replyWith(({ headers, body }) => {
      const said = `${headers['ocp-apim-subscription-key']} ${body} ${btoa(KEY)} ${OTHER}`;
      return jsonReply(403, { error: 'access_denied', error_description: said, [said]: said });
    });
    scenario.faults.set('api', echo);
    const ofApi = await scenario.check({
      application: withKeys(scenario),
      environment: { OTHER_KEY: OTHER },
    });
    scenario.faults.set('token', echo);

    const ofProvider = await scenario.check({
      application: withKeys(scenario),
      environment: { OTHER_KEY: OTHER },
    });

    expect(ofApi.diagnosis?.family).toBe('call');
    expect(ofProvider.status).not.toBe('healthy');
    expect(findLeaks(JSON.stringify([ofApi, ofProvider]), [KEY, OTHER])).toEqual([]);
  });

  it.each([
    [
      'a file that does not exist',
      null,
      'secret-unreadable',
      'call.headers.Ocp-Apim-Subscription-Key: file subscription-key: the file cannot be read (the file does not exist)',
    ],
    [
      'an empty file',
      '\n',
      'secret-malformed',
      'call.headers.Ocp-Apim-Subscription-Key: file subscription-key: is empty',
    ],
    [
      'a line break in it',
      `${KEY}\r\nX-Other: 1`,
      'secret-malformed',
      'call.headers.Ocp-Apim-Subscription-Key: file subscription-key: holds what a header cannot have',
    ],
    [
      'a character beyond Latin-1 in it',
      `${KEY}ж`,
      'secret-malformed',
      'call.headers.Ocp-Apim-Subscription-Key: file subscription-key: holds what a header cannot have',
    ],
  ])(
    'is a finding that names its header, and nothing is sent: %s',
    async (_, content, cause, said) => {
      const scenario = await startScenario();
      if (content !== null) await scenario.write('subscription-key', content);

      const report = await scenario.check({
        application: withKeys(scenario),
        environment: { OTHER_KEY: OTHER },
      });

      expect(report.diagnosis).toMatchObject({ cause, confidence: 'certain' });
      expect(JSON.stringify(report.diagnosis?.evidence)).toContain(said);
      expect(report.diagnosis?.title).toContain('call.headers.Ocp-Apim-Subscription-Key');
      expect(scenario.requests).toEqual([]);
      expect(findLeaks(JSON.stringify(report), [KEY])).toEqual([]);
    },
  );

  it('is a finding that names its parameter', async () => {
    const scenario = await startScenario();
    await scenario.write('subscription-key', KEY);

    const report = await scenario.check({ application: withKeys(scenario), environment: {} });

    expect(report.diagnosis?.cause).toBe('secret-unreadable');
    expect(JSON.stringify(report.diagnosis?.evidence)).toContain(
      'tokenParameters.api_key: environment variable OTHER_KEY is not set',
    );
    expect(scenario.requests).toEqual([]);
  });
});
