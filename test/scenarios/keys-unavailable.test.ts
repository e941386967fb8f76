import { describe, expect, it } from 'vitest';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import { invalidJson, redirectTo, replyWith, serverError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('keys-unavailable', () => {
  it.each([
    [
      '403, of which Kinde warns',
      replyWith(jsonReply(403, {})),
      'the domain or its region may be wrong',
    ],
    ['500', serverError(), 'status 500'],
    ['a redirect', redirectTo('http://127.0.0.1:9/'), 'status 302'],
    ['no JSON', invalidJson(), 'its body is not JSON'],
    ['no key set', replyWith(jsonReply(200, { keys: {} })), 'its body is not a JSON Web Key Set'],
    ['silence', { kind: 'silence' }, 'did not answer within 2000 ms'],
    ['a reset', { kind: 'reset' }, 'closed the connection'],
  ] as const)(
    'is certain where the key endpoint answers %s, and the token is kept back',
    async (_, fault, saw) => {
      const scenario = await startScenario();
      scenario.faults.set('keys', fault);

      const report = await scenario.check({
        provider: { timeoutMs: 2_000 },
        application: { call: scenario.call() },
      });

      expect(report).toBeDiagnosedAs({
        cause: 'keys-unavailable',
        confidence: 'certain',
        status: 'undetermined',
        fixNames: [scenario.issuer],
        evidence: [
          ['keys', saw],
          ['call', 'not called'],
        ],
      });
      const sent = scenario.received('keys').map(({ headers }) => headers.authorization);
      expect(new Set(sent)).toEqual(new Set([undefined]));
      expect(scenario.received('api')).toEqual([]);
    },
  );
});
