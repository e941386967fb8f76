// No words of a provider or an API are certain where evidence of our own contradicts them.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readApiAnswer } from '../../../lib/core/call/api-call.ts';
import { diagnose } from '../../../lib/core/diagnosis/diagnose.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { oidc } from '../../../lib/core/provider/oidc.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';
import {
  calledApplication,
  context,
  evidence,
  NOW_SECONDS,
  verified,
} from '../../support/evidence.ts';
import { reply } from '../../support/fake-sender.ts';

const clean = createCleaner([]);

const WORDS = [
  ...[
    'token',
    'access token',
    'jwt',
    'bearer',
    'signature',
    'claim',
    'audience',
    'issuer',
    'scope',
    'session',
  ],
  ...[
    'is',
    'has',
    'was',
    'not',
    'no',
    'or',
    'and',
    'the',
    'your',
    'required',
    'missing',
    'invalid',
    'malformed',
  ],
  ...[
    'expired',
    'found',
    'authorization',
    'header',
    'credentials',
    'client',
    'secret',
    'unknown',
    'denied',
  ],
];

const sentence = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 9 })
  .map((words) => words.join(' '));

const body = fc.oneof(
  sentence,
  sentence.map((message) => JSON.stringify({ message })),
  sentence.map((text) => JSON.stringify({ error: 'invalid_token', error_description: text })),
);

it('of an API about a token that was sent in the right form and is seconds old', () => {
  const application = calledApplication();
  const { call: config } = application;
  if (config === null) throw new TypeError('the application has a call');

  fc.assert(
    fc.property(fc.constantFrom(400, 401, 403, 422), body, (status, text) => {
      const call = readApiAnswer(reply(status, text), config, { clean });
      const seen = evidence({
        application,
        verification: verified({ exp: NOW_SECONDS + 600 }),
        call,
      });

      const { diagnosis } = diagnose(seen, context());

      const contradicted = ['call-token-missing', 'call-token-expired', 'call-header-malformed'];
      if (contradicted.includes(diagnosis?.cause ?? '')) {
        expect(diagnosis?.confidence).not.toBe('certain');
      }
    }),
  );
});

it('of a sentence that names several reasons', () => {
  const either = fc.tuple(sentence, sentence).map(([one, other]) => `${one}, or ${other}`);

  fc.assert(
    fc.property(either, (text) => {
      const said = JSON.stringify({
        message: `The token is invalid or expired or revoked: ${text}`,
      });
      const { reading } = readApiAnswer(reply(401, said), calledConfig(), { clean });

      expect([reading.reason, reading.basis]).not.toEqual(['token-expired', 'explicit-words']);
    }),
  );
});

it('of a word in a name that was requested', () => {
  const name = fc.constantFrom(
    'read:quota',
    'secret:expired',
    'https://api.acme.com/unknown-client',
    'scope:denied',
  );

  fc.assert(
    fc.property(name, fc.constantFrom(oidc, kinde), (sent, provider) => {
      const said = {
        error: 'invalid_request',
        error_description: `the value ${sent} was received`,
      };

      const { seen } = readTokenReply(reply(400, said), { provider, clean, sent: [sent] });

      expect(seen).toMatchObject({ reading: { reason: 'request-malformed', basis: 'error-code' } });
    }),
  );
});

function calledConfig() {
  const { call } = calledApplication();
  if (call === null) throw new TypeError('the application has a call');
  return call;
}
