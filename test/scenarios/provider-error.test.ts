import { describe, expect, it } from 'vitest';
import { htmlPage, oauthError, replyWith, serverError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('provider-error', () => {
  it.each([
    ['a bare 500', replyWith({ status: 500, headers: {}, body: '' }), 'possible', 'status 500'],
    ['a 502 page', htmlPage(502, 'Bad Gateway'), 'possible', 'status 502'],
    ['a 408', replyWith({ status: 408, headers: {}, body: '' }), 'possible', 'status 408'],
    ['a 421', replyWith({ status: 421, headers: {}, body: '' }), 'possible', 'status 421'],
    ['a 425', replyWith({ status: 425, headers: {}, body: '' }), 'possible', 'status 425'],
    ['server_error', serverError(500), 'likely', 'status 500, error "server_error"'],
    [
      'temporarily_unavailable',
      serverError(503),
      'likely',
      'status 503, error "temporarily_unavailable"',
    ],
    [
      'server_error with 400',
      oauthError({ status: 400, error: 'server_error' }),
      'possible',
      'status 400, error "server_error"',
    ],
  ] as const)('is found from %s', async (_, fault, confidence, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('token', fault);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'provider-error',
      confidence,
      status: 'undetermined',
      fixNames: ['https://status.kinde.com/', 'm2m:token_generation'],
      evidence: [['token-request', saw]],
    });
  });

  it('leads where discovery answers 500 as well', async () => {
    const scenario = await startScenario();
    scenario.faults.set('discovery', serverError());
    scenario.faults.set('token', serverError());

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'provider-error',
      confidence: 'likely',
      status: 'undetermined',
      otherCauses: ['discovery-invalid'],
    });
  });
});
