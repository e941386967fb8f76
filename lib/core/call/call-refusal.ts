// What an API's refusal says of the token: the words of challenges and bodies are known here alone.

import type {
  ApiError,
  CallReading,
  CallReason,
  Challenge,
  RefusalBasis,
} from '../evidence/readings.ts';

/** An answer's parts as they came, not cleaned. */
export interface AnsweredCall {
  readonly status: number;
  readonly expectedStatus: readonly number[];
  readonly challenges: readonly Challenge[];
  readonly errors: readonly ApiError[];
  readonly body: string;
}

interface Wording {
  readonly pattern: RegExp;
  readonly reason: CallReason;
}

/**
 * Texts and codes of APIs on 401 and 403, in order: the first that matches decides.
 *
 * Expiry comes first, since "invalid or expired" texts of libraries are also sent with 403 (Kinde's
 * Express package). A group `named` catches the scope.
 */
const WORDINGS: readonly Wording[] = [
  {
    pattern:
      /\b(?:token|jwt|session)\b[^.]{0,40}(?<!\bnot )\b(?:has |is |was )?expired\b|\bexpired\b[^.]{0,20}\b(?:token|jwt)\b|token_?expired|expired_?token|["']exp["'] claim/i,
    reason: 'token-expired',
  },
  {
    pattern:
      /scopes? (?:is|are) missing:? *["']?(?<named>[^\s"',;}]+)|missing (?:required )?scopes?:? *["']?(?<named>[^\s"',;}]+)/i,
    reason: 'scope-missing',
  },
  {
    pattern:
      /scope_?missing|missing_?scope|insufficient[_ ]scope|required scope|requires (?:the |one of the )?scopes?\b|lacks? (?:the )?(?:required )?scopes?\b/i,
    reason: 'scope-missing',
  },
  {
    pattern:
      /\borg(?:ani[sz]ation)?(?:_?(?:code|id))?\b[^.]{0,60}\b(?:mismatch|(?:does|do|did) not (?:match|belong)|different|another|wrong|not (?:a member|allowed|permitted))\b|organi[sz]ation_(?:mismatch|invalid)|org_(?:code_)?mismatch|\b(?:another|different|wrong) org(?:ani[sz]ation)?\b/i,
    reason: 'organization-mismatch',
  },
  {
    pattern:
      /authorization(?: header)?\b[^.]{0,30}\b(?:malformed|invalid|not valid|bad|format)\b|\b(?:malformed|invalid|bad)\b (?:\w+ ){0,2}authorization\b|authorization_header_malformed|credentials_bad_(?:format|scheme)|format is authorization: bearer/i,
    reason: 'header-malformed',
  },
  {
    pattern:
      /\b(?:no|missing|without(?: an?)?)\b (?:\w+ ){0,2}(?:token|authorization|credentials|bearer)\b|\b(?:token|authorization(?: header)?|credentials)\b[^.]{0,15}\b(?:missing|required|not (?:found|present|provided|supplied|sent))\b|token_?missing|missing_?token/i,
    reason: 'token-missing',
  },
  { pattern: /\baudience\b|\baud["']? claim/i, reason: 'audience-missing' },
];

/** What Amazon API Gateway says of a path or method that it does not have; no token would help. */
const NO_SUCH_ROUTE = /^missing authentication token$/i;

const MAX_NAME_LENGTH = 500;
const MAX_BODY_LENGTH = 4096;

/**
 * Reads an API's answer to a call with a token; total.
 *
 * Expected statuses first, then the status class, then what 401 and 403 say of themselves: words of
 * the challenge and the body, the `error` code of RFC 6750 section 3.1, last the status alone.
 */
export function readCallRefusal(answer: AnsweredCall): CallReading {
  const { status, expectedStatus } = answer;
  if (expectedStatus.includes(status)) return reading('ok', 'status');
  if (status === 429) return reading('rate-limited', 'status');
  if (status >= 500) return reading('server-error', 'status');
  const bearer = answer.challenges.find(({ scheme }) => scheme === 'bearer') ?? null;
  if (status !== 401 && status !== 403) {
    return status === 400 && parameterOf(bearer, 'error') === 'invalid_request'
      ? reading('header-malformed', 'error-code')
      : reading('failed', 'status');
  }
  return (
    byScopeChallenge(bearer) ??
    byWords(answer, bearer) ??
    byCode(bearer) ??
    (status === 403 ? reading('forbidden', 'status') : byBareChallenge(bearer))
  );
}

function byScopeChallenge(bearer: Challenge | null): CallReading | null {
  if (parameterOf(bearer, 'error') !== 'insufficient_scope') return null;
  const named = parameterOf(bearer, 'scope');
  return {
    ...reading('scope-missing', 'explicit-words'),
    named: named?.slice(0, MAX_NAME_LENGTH) ?? null,
  };
}

function byWords(answer: AnsweredCall, bearer: Challenge | null): CallReading | null {
  const texts = [
    parameterOf(bearer, 'error_description'),
    ...answer.errors.flatMap(({ code, message }) => [message, code]),
    answer.errors.length === 0 ? answer.body.slice(0, MAX_BODY_LENGTH) : null,
  ].filter((text) => text !== null);
  if (texts.some((text) => NO_SUCH_ROUTE.test(text)))
    return reading('forbidden', 'documented-reply');
  for (const { pattern, reason } of WORDINGS) {
    for (const text of texts) {
      const match = pattern.exec(text.slice(0, MAX_BODY_LENGTH));
      if (match === null) continue;
      const named = match.groups?.['named']?.slice(0, MAX_NAME_LENGTH) ?? null;
      return { reason, basis: 'explicit-words', named };
    }
  }
  return null;
}

function byCode(bearer: Challenge | null): CallReading | null {
  switch (parameterOf(bearer, 'error')) {
    case 'invalid_request':
      return reading('header-malformed', 'error-code');
    case 'invalid_token':
      return reading('unauthorized', 'error-code');
    default:
      return null;
  }
}

/** RFC 6750 section 3.1: a request without any authentication gets a challenge without a code. */
function byBareChallenge(bearer: Challenge | null): CallReading {
  return bearer !== null && parameterOf(bearer, 'error') === null
    ? reading('token-missing', 'documented-reply')
    : reading('unauthorized', 'status');
}

function parameterOf(challenge: Challenge | null, name: string): string | null {
  return challenge?.parameters[name] ?? null;
}

function reading(reason: CallReason, basis: RefusalBasis): CallReading {
  return { reason, basis, named: null };
}

const MAX_HEADER_LENGTH = 8192;
const MAX_CHALLENGES = 10;
const MAX_PARAMETERS = 20;

/** A token of RFC 9110 section 5.6.2: a scheme, or the name of a parameter. */
const TOKEN = /[!#$%&'*+\-.^_`|~A-Za-z0-9]+/y;

/** Its `=`, with the white space that section 11.2 lets a recipient meet. */
const EQUALS = /[ \t]*=[ \t]*/y;

/** A quoted string of section 5.6.4; one that does not end takes the rest. */
const QUOTED = /"((?:[^"\\]|\\.)*)(?:"|\\?$)/sy;

/** An unquoted value; wider than a token, since spaces and commas alone end what peers send. */
const UNQUOTED = /[^\s,"]*/y;

/** A token68 of section 11.2, which only counts where the challenge ends after it. */
const TOKEN68 = /[ \t]+[A-Za-z0-9\-._~+/]+=*[ \t]*(?=,|$)/y;

/**
 * Parses `WWW-Authenticate` values, several challenges in one or in several headers. RFC 9110 section 11.6.1.
 *
 * Total and bounded: what is no challenge is skipped. Schemes and parameter names are in lower case, of
 * two parameters of one name the first counts, a token68 is dropped since nothing we read uses it.
 * The values are as they came, unquoted: hostile text.
 */
export function parseChallenges(headers: readonly string[]): readonly Challenge[] {
  return headers
    .flatMap((header) => parseHeader(header.slice(0, MAX_HEADER_LENGTH)))
    .slice(0, MAX_CHALLENGES);
}

function parseHeader(header: string): readonly Challenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };

  while (at < header.length) {
    const name = take(TOKEN)?.[0].toLowerCase();
    if (name === undefined) {
      // White space, commas, empty elements, and what no grammar knows.
      at += 1;
    } else if (take(EQUALS) !== null) {
      const quoted = take(QUOTED);
      const value = quoted?.[1]?.replace(/\\(.)/gs, '$1') ?? take(UNQUOTED)?.[0];
      const parameters = challenges.at(-1)?.parameters;
      if (parameters === undefined || parameters.has(name)) continue;
      if (parameters.size < MAX_PARAMETERS) parameters.set(name, String(value));
    } else {
      challenges.push({ scheme: name, parameters: new Map() });
      take(TOKEN68);
    }
  }
  return challenges.map(({ scheme, parameters }) => ({
    scheme,
    parameters: Object.fromEntries(parameters),
  }));
}
