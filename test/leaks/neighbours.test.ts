// What a run knows: the secret or the token of an application in a reply about another one.

import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../lib/core/report/run-report.ts';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { type Scenario, startScenario } from '../support/scenario.ts';
import { ALL_ENCODINGS } from './echo-encodings.ts';
import { findLeaks } from './find-leaks.ts';

const NEIGHBOUR_SECRET = 'Xq7RztV2xK9mW4Lp8sDf3GhJ5nB6vC1y';

/** Checks two applications at one provider; what is said of `first` holds what `second` has. */
async function checkBoth(
  scenario: Scenario,
  refuse: (clientId: string) => void,
  parts: Readonly<Record<string, unknown>> = {},
): Promise<RunReport> {
  const first = await scenario.addSibling('first');
  const second = await scenario.addSibling('second', { secret: NEIGHBOUR_SECRET });
  refuse(first.clientId);
  return scenario.checkAll({
    providers: { acme: scenario.provider({ concurrency: 1 }) },
    applications: { first: first.configured(parts), second: second.configured(parts) },
  });
}

describe('a secret of a neighbour', () => {
  it.each(Object.entries(ALL_ENCODINGS))(
    'that a provider shows %s before it was read is in no report',
    async (_, encode) => {
      const scenario = await startScenario();
      const shown = encode(NEIGHBOUR_SECRET);

      const report = await checkBoth(scenario, (clientId) =>
        scenario.faults.set(
          'token',
          replyWith(() =>
            jsonReply(400, { error: 'odd_error', error_description: `no: ${shown}` }),
          ),
          { clientId },
        ),
      );

      expect(report.summary).toMatchObject({ healthy: 1, unhealthy: 1 });
      expect(findLeaks(JSON.stringify(report), [NEIGHBOUR_SECRET])).toEqual([]);
    },
  );
});

describe('a token that an API shows in parts', () => {
  it('cannot be put together again from the report', async () => {
    const scenario = await startScenario();
    let token = '';

    const report = await scenario.check({
      application: scenario.application({ call: scenario.call() }),
      ...refusing(scenario, (sent) => {
        token = sent;
        const [header = '', payload = '', signature = ''] = sent.split('.');
        const decoded = [header, payload].map((part) => Buffer.from(part, 'base64url').toString());
        return { signature, header: decoded[0], payload: decoded[1] };
      }),
    });

    const [, , signature = ''] = token.split('.');
    expect(report.diagnosis?.family).toBe('call');
    expect(signature.length).toBeGreaterThan(300);
    expect(findLeaks(JSON.stringify(report), [signature])).toEqual([]);
    expect(JSON.stringify(report)).toContain('[redacted]');
  });

  it.each([
    ['in hexadecimal', (signature: string) => Buffer.from(signature, 'base64url').toString('hex')],
    ['as a list of bytes', (signature: string) => JSON.stringify([...Buffer.from(signature)])],
    ['in pieces', (signature: string) => signature.replace(/(.{60})/g, '$1 | ')],
  ])('cannot be put together again where its signature is shown %s', async (_, encode) => {
    const scenario = await startScenario();
    let signature = '';

    const report = await scenario.check({
      application: scenario.application({ call: scenario.call() }),
      ...refusing(scenario, (sent) => {
        signature = sent.split('.')[2] ?? '';
        return { error: 'forbidden', signature: encode(signature) };
      }),
    });

    expect(findLeaks(JSON.stringify(report), [signature])).toEqual([]);
  });
});

/** Makes the API refuse what it is sent, with a body that is made of the token. */
function refusing(scenario: Scenario, bodyOf: (token: string) => object) {
  scenario.faults.set(
    'api',
    replyWith(({ headers }) =>
      jsonReply(403, bodyOf(String(headers.authorization).replace(/^Bearer /, ''))),
    ),
  );
  return {};
}
