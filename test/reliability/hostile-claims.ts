// Tokens with a right signature, whose claims are of every wrong type and size.
import { AUDIENCE } from './faulty-provider.ts';
import { type HostileToken, harmless, hostile, signedWith } from './hostile-token.ts';
import type { ExpectedReport } from './provider-fault.ts';
import { rightClaims } from './token-forge.ts';

const withClaims = (more: Readonly<Record<string, unknown>> | ((issuer: string) => object)) =>
  signedWith((issuer) => ({
    payload: { ...rightClaims(issuer), ...(typeof more === 'function' ? more(issuer) : more) },
  }));

const now = Math.floor(Date.now() / 1000);
const YEAR = 31_557_600;

/** A time in a form that libraries read differently: never an internal error, whatever is said of it. */
const ODD_TIME: ExpectedReport = {
  causes: ['claim-mismatch', 'token-expired', 'token-not-yet-valid', 'lifetime-out-of-range', null],
  statuses: ['healthy', 'degraded', 'unhealthy'],
};

const expired = [now - 120, now - YEAR, 1, 0, -1, -1e308, now - 100.5];
const notYet = [now + 300, now + YEAR, 1e308, 2 ** 53 + 2];
const odd = [
  'soon',
  '',
  String(now + 600),
  '1e99',
  null,
  [],
  {},
  [now + 600],
  true,
  false,
  { $date: 1 },
];

const times: readonly HostileToken[] = [
  ...expired.map((exp) =>
    hostile('expired', `expires at ${exp}`, withClaims({ exp, iat: undefined })),
  ),
  hostile('expired', 'expires when it was issued', withClaims({ exp: now })),
  hostile('expired', 'expires before it was issued', withClaims({ exp: now - 1 })),
  ...notYet.flatMap((time) => [
    hostile('not yet valid', `is not valid before ${time}`, withClaims({ nbf: time })),
    hostile('not yet valid', `is issued at ${time}`, withClaims({ iat: time, exp: time * 1.5 })),
  ]),
  ...odd.flatMap((value) =>
    (['exp', 'nbf', 'iat'] as const).map(
      (claim): HostileToken => ({
        what: `has as ${claim} ${JSON.stringify(value)}`,
        forge: withClaims({ [claim]: value }),
        expected: ODD_TIME,
        isSent: true,
      }),
    ),
  ),
  ...[now * 1000 + 600_000, 1e308, 2 ** 53 + 2, now + 600.25, 253_402_300_799].map(
    (exp): HostileToken => ({
      what: `expires at ${exp}, a time in another unit or beyond all clocks`,
      forge: withClaims({ exp }),
      expected: ODD_TIME,
      isSent: true,
    }),
  ),
  {
    what: 'has no times at all',
    forge: withClaims({ exp: undefined, iat: undefined }),
    expected: ODD_TIME,
    isSent: true,
  },
];

const issuers: Readonly<Record<string, (issuer: string) => unknown>> = {
  none: () => undefined,
  null: () => null,
  'a number': () => 7,
  'an array of the right one': (issuer) => [issuer],
  'an object': (issuer) => ({ iss: issuer }),
  'an empty text': () => '',
  'another one': () => 'https://evil.example',
  'the right one in capitals': (issuer) => issuer.toUpperCase(),
  'the right one with a path': (issuer) => `${issuer}/tenant`,
  'the right one with a question mark': (issuer) => `${issuer}?`,
  'the right one after a blank': (issuer) => ` ${issuer}`,
  'the right one and NUL': (issuer) => `${issuer}\0`,
  'the right one with another host after it': (issuer) => `${issuer}.evil.example`,
  'the right one before an at sign': (issuer) => `${issuer}@evil.example`,
  'the right one in full width': (issuer) => issuer.replace('127', '１２７'),
  'a text of 30,000 characters': () => 'x'.repeat(30_000),
  'marks of direction': (issuer) => `\u202e${issuer}`,
};

const audiences: Readonly<Record<string, unknown>> = {
  null: null,
  'a number': 7,
  'an object': { [AUDIENCE]: true },
  'an empty list': [],
  'an empty text': '',
  'another one': 'https://other.acme.com',
  'a list of others': ['https://other.acme.com', 7, null],
  'a list in a list': [[AUDIENCE]],
  'the right one in capitals': AUDIENCE.toUpperCase(),
  'the right one with more after it': `${AUDIENCE}.evil.example`,
  'the right one after a blank': ` ${AUDIENCE}`,
  'the right one among others in a text': `x ${AUDIENCE} y`,
  'a list of three thousand others': Array.from({ length: 3000 }, (_, index) => `x${index}`),
};

const parties = [
  ...Object.entries(issuers).map(([what, issuer]) =>
    hostile(
      'wrong issuer',
      `has as its issuer ${what}`,
      withClaims((own) => ({ iss: issuer(own) })),
    ),
  ),
  ...Object.entries(audiences).map(([what, aud]) =>
    hostile('wrong audience', `has as its audience ${what}`, withClaims({ aud })),
  ),
  hostile('wrong audience', 'has no audience', withClaims({ aud: undefined })),
  harmless('has its audience in a list', withClaims({ aud: [AUDIENCE] })),
  harmless('has its audience among others', withClaims({ aud: ['x', AUDIENCE, 'y'] })),
];

const oddities = [
  harmless(
    'has a claim named __proto__',
    signedWith((issuer) => ({
      payload: JSON.stringify(rightClaims(issuer)).replace('{', '{"__proto__":{"iss":"evil"},'),
    })),
  ),
  harmless(
    'has a claim named constructor',
    withClaims({ constructor: { prototype: {} }, toString: 7, valueOf: null }),
  ),
  harmless(
    'has three thousand claims',
    withClaims(
      Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`c${index}`, index])),
    ),
  ),
  harmless(
    'has a claim nested five thousand times',
    signedWith((issuer) => ({
      payload: JSON.stringify(rightClaims(issuer)).replace(
        '{',
        `{"deep":${'['.repeat(5000)}${']'.repeat(5000)},`,
      ),
    })),
  ),
  harmless(
    'has numbers beyond all numbers',
    signedWith((issuer) => ({
      payload: JSON.stringify(rightClaims(issuer)).replace('{', '{"big":1e999,"small":-1e999,'),
    })),
  ),
  harmless(
    'has half a surrogate',
    signedWith((issuer) => ({
      payload: JSON.stringify(rightClaims(issuer)).replace('{', '{"x":"\\ud800",'),
    })),
  ),
  harmless(
    'has marks of direction and of terminals',
    withClaims({ name: '\u202e\u001b[2J\u0007', '\u2066': '<script>' }),
  ),
  harmless('has a claim of 30,000 characters', withClaims({ x: 'y'.repeat(30_000) })),
  harmless(
    'has blanks around its payload',
    signedWith((issuer) => ({ payload: ` ${JSON.stringify(rightClaims(issuer))}\n` })),
  ),
  ...[null, 7, [], {}, ['read', 7, null], 'x '.repeat(5000), { read: true }].map((scope) =>
    harmless(`has as its scope ${JSON.stringify(scope).slice(0, 30)}`, withClaims({ scope })),
  ),
  hostile(
    'expired',
    'has exp twice, the last a past one',
    signedWith((issuer) => ({
      payload: JSON.stringify({ ...rightClaims(issuer), iat: undefined }).replace(
        /\}$/,
        ',"exp":1}',
      ),
    })),
  ),
  hostile(
    'wrong issuer',
    'has iss twice, the last another one',
    signedWith((issuer) => ({
      payload: JSON.stringify(rightClaims(issuer)).replace(/\}$/, ',"iss":"https://evil.example"}'),
    })),
  ),
  hostile(
    'wrong audience',
    'has aud twice, the last another one',
    signedWith((issuer) => ({
      payload: JSON.stringify(rightClaims(issuer)).replace(/\}$/, ',"aud":"x"}'),
    })),
  ),
  hostile(
    'wrong issuer',
    'has its claims in its prototype',
    signedWith((issuer) => ({ payload: `{"__proto__":${JSON.stringify(rightClaims(issuer))}}` })),
  ),
];

/** Tokens with hostile claims, and odd ones that work. */
export const HOSTILE_CLAIMS: readonly HostileToken[] = [...times, ...parties, ...oddities];
