// What words in an API's refusal mean, whichever framework, gateway or person wrote them.

import type { CallReading, CallReason, RefusalBasis } from '../evidence/readings.ts';
import { PROOF_WORDS } from '../provider/refusal-words.ts';
import { anyWords, type Sentence, wordsOf } from '../text/words.ts';

/** Words with one reading for a call like ours: with a genuine token of seconds ago in its header. */
interface CallWords {
  readonly reason: CallReason;
  /** @default 'explicit-words' */
  readonly basis?: RefusalBasis;
  /** Matched against {@link wordsOf}: lower case, without quotes, names of ours replaced. */
  readonly pattern: RegExp;
}

const TOKEN =
  '(?:access ?token|bearer token|auth ?token|authentication token|authorization token|security token|id token|oauth token|jwt(?: token)?|jws|token|session(?: token)?)';
const ABSENT =
  '(?:missing|required|absent|empty|blank|not (?:be )?(?:found|present|provided|supplied|sent|given|included|specified|passed|set|attached)|must (?:be (?:provided|present|supplied|sent|included)))';
const NEAR = '[^.;]{0,50}?';

/** In order: the first that matches decides. */
const WORDS: readonly CallWords[] = [
  { reason: 'proof-required', pattern: PROOF_WORDS },
  // Scopes first: "invalid access token, does not contain scopes" is about scopes.
  {
    reason: 'scope-missing',
    pattern: anyWords(
      `insufficient(?: \\w+){0,2} scopes?`,
      `insufficient scope`,
      `scopes? (?:insufficient|missing|required|mismatch|not (?:granted|sufficient|allowed|authori[sz]ed|found|present|included|satisfied))`,
      `(?:missing|lacks?|lacking|requires?|required|needs?|without|not (?:have|contain|include|grant(?:ed)?|possess|hold|match))\\b(?! token)[^.;]{0,40}?\\b(?:oauth )?scopes?\\b`,
      `scopes?\\b[^.;]{0,40}?\\b(?:(?:is|are|was) (?:missing|required|needed)|missing|not (?:granted|sufficient|allowed|authori[sz]ed|found|present|satisf\\w+|match)|insufficient|required|needed)`,
      `(?:invalid|wrong|incorrect|inadequate) scopes?\\b(?: s)?`,
      `claim does not contain scopes?`,
      `scope validation failed`,
      `polic(?:y|ies)\\b[^.;]{0,40}\\bscope`,
    ),
  },
  // Words about the audience or the expiry alone, before those that a list of reasons has.
  {
    reason: 'audience-missing',
    pattern: anyWords(`(?:aud|audiences?)\\b`, `resource (?:id )?(?:does not match|mismatch)`),
  },
  {
    reason: 'token-expired',
    pattern: anyWords('exp claim', 'claim exp\\b', 'signature has expired', 'expired signature'),
  },
  // No usable token: what middlewares write where the header is absent or has another form.
  {
    reason: 'token-missing',
    basis: 'documented-reply',
    pattern: anyWords(`missing or malformed (?:${TOKEN})`),
  },
  // One sentence for two reasons names neither.
  {
    reason: 'unauthorized',
    basis: 'documented-reply',
    pattern: anyWords(
      `(?:invalid|malformed|revoked|missing|incorrect|inactive|bad|unknown|not valid)\\b[^.;]{0,30}?(?:,|\\bor\\b| and or)[^.;]{0,30}?\\bexpired`,
      `expired\\b[^.;]{0,30}?(?:,|\\bor\\b)[^.;]{0,30}?\\b(?:invalid|malformed|revoked|missing|incorrect|inactive|bad|not valid)`,
      `(?:missing|absent|not (?:found|present|provided))\\b[^.;]{0,20}?\\bor\\b[^.;]{0,30}?\\b(?:invalid|malformed|expired|incorrect|not valid)`,
      `(?:invalid|malformed|incorrect|not valid)\\b[^.;]{0,20}?\\bor\\b[^.;]{0,30}?\\b(?:missing|absent|not (?:found|present|provided))`,
    ),
  },
  // By the API's clock the token is of the future; it was issued seconds ago.
  {
    reason: 'not-yet-valid',
    basis: 'documented-reply',
    pattern: anyWords(
      `(?:used before|not yet valid|not active(?: yet)?|nbf|iat|issued (?:at|in the future)|in the future)\\b`,
    ),
  },
  {
    reason: 'unauthorized',
    basis: 'documented-reply',
    pattern: anyWords(
      `(?:iss|issuers?)\\b`,
      `(?:kid|signing key|signature|jwks?s|alg|algorithm|public key|certificate chain)\\b`,
      `(?:required|security|expected|mandatory|custom|\\w+) claims?\\b`,
      `claims?\\b[^.;]{0,20}\\b(?:missing|invalid|required|not)`,
      `(?:consumer|credentials found|tenant|subscription|user|client|account)\\b[^.;]{0,20}\\b(?:not found|unknown|does not exist|not exist|not registered)`,
      `no (?:credentials|consumer|user)\\b[^.;]{0,10}\\b(?:found|for|matches)`,
    ),
  },
  {
    reason: 'organization-mismatch',
    pattern: anyWords(
      `org(?:ani[sz]ation)?(?: (?:code|id))?\\b[^.;]{0,60}\\b(?:mismatch|(?:does|do|did) not (?:match|belong)|different|another|wrong|invalid|not a member)`,
      `(?:another|different|wrong) org(?:ani[sz]ation)?\\b`,
    ),
  },
  {
    reason: 'token-expired',
    pattern: anyWords(
      `${TOKEN}\\b${NEAR}\\b(?<!not )(?:has |is |was |have |already )?expired`,
      `expired\\b[^.;]{0,20}\\b(?:${TOKEN})`,
      `${TOKEN} (?:is )?past its expir`,
      'session (?:has )?expired',
      'jwt exp\\b',
    ),
  },
  {
    reason: 'header-malformed',
    pattern: anyWords(
      `authorization(?: header| value| scheme)?\\b[^.;]{0,40}\\b(?:malformed|not valid|bad|format|must (?:be|start|begin|have)|should (?:be|start|begin)|unsupported|incorrect|wrong|start with|begin with)`,
      `(?<!in (?:the )?)authorization header\\b[^.;]{0,20}\\b(?:invalid)`,
      `(?:malformed|bad|badly formatted|incorrect|unsupported|wrong|invalid(?: format (?:of|for))?)(?: the)? authorization\\b(?! token)`,
      `invalid (?:authorization|auth|authentication) (?:header|scheme|format)`,
      `(?:bearer|token) (?:token )?(?:is )?(?:malformed|not (?:well formed|in the (?:correct|right) format))`,
      `malformed (?:bearer|access|jwt|token)`,
      `header (?:format|is malformed|must be)`,
      `(?:missing|no) bearer (?:type|prefix|scheme|keyword)`,
      `auth header\\b[^.;]{0,20}\\b(?:invalid|malformed)`,
      `valid key=value pair|authorization header requires`,
      `bad (?:format|scheme)|credentials bad`,
      `format is authorization: bearer`,
      `(?:jwt|token) malformed`,
      `(?:not enough|wrong number of|too many) segments`,
      `(?:idx|ids) ?12741|not (?:a )?well formed|cannot (?:decode|parse) (?:the )?(?:token|jwt)|invalid (?:token|jwt) format`,
    ),
  },
  {
    reason: 'token-missing',
    pattern: anyWords(
      `(?:no|missing|without)(?: an?| the| any| valid| required)* (?:${TOKEN}|authorization|authentication (?:token|header|credentials)|credentials|bearer|api key|auth(?:entication)? header)\\b(?![^.;]{0,20}\\b(?:aud|iss|claim|scope|found for))`,
      `(?:${TOKEN}|authorization(?: header)?|credentials|auth(?:entication)? header|authentication credentials|header authorization)\\b(?: is| was| were| are)?[^.;]{0,12}\\b${ABSENT}(?! (?:\\w+ ){0,3}(?:claims?|scopes?|aud|iss|permission|field))`,
      `empty (?:${TOKEN})`,
      'full authentication is required',
      '(?<=^)not authenticated\\.?$',
      'no authentication (?:given|provided|present|found|supplied)',
      'not (?:find|locate|receive)\\b[^.;]{0,20}\\b(?:token|authorization)',
    ),
  },
];

/** What Amazon API Gateway says of a path or method that it does not have; no token would help. */
const NO_SUCH_ROUTE = /^missing authentication token$/;

/** A sentence that lists what may be, or advises. */
const GUESS =
  /\b(?:csrf|xsrf|common causes?|perhaps|possibly|check (?:that|if|whether)|make sure|for example|maybe)\b/;

/** Tokens that are not the access token. */
const OTHER_TOKENS =
  /\b(?:csrf|xsrf|page|payment|device|push|reset|verification|continuation|sync|anti ?forgery|captcha|refresh) tokens?\b/g;

/** Words beside those of a reason that say the opposite, or speak of something else. */
const DENIED: Partial<Readonly<Record<CallReason, RegExp>>> = {
  'scope-missing':
    /sufficient, but|no scopes? (?:is|are) missing|scope of|in this scope|\b(?:parameter|field|body)\b/,
  'proof-required': /not required|optional|\bor bearer|bearer or\b/,
};

/** Bounds what is named. */
const MAX_NAME_LENGTH = 500;

/**
 * What the texts of an API's refusal mean; null where they say nothing known.
 *
 * `sent` are the names that the token holds: a word in a name of ours is no word.
 */
export function readCallWords(
  texts: readonly string[],
  sent: readonly string[],
): CallReading | null {
  const all = texts.map((text) => wordsOf(text, sent));
  if (all.some(({ text }) => NO_SUCH_ROUTE.test(text))) {
    return { reason: 'forbidden', basis: 'documented-reply', named: null };
  }
  const readings = all.flatMap(({ sentences }) =>
    sentences.flatMap((sentence) => readSentence(sentence) ?? []),
  );
  return readings.toSorted((one, other) => rank(one) - rank(other))[0] ?? null;
}

/** In the order of the table; of two sentences the one that is explicit. */
function rank({ reason, basis }: CallReading): number {
  const isExplicit = basis === 'explicit-words';
  return WORDS.findIndex((row) => row.reason === reason) + (isExplicit ? 0 : WORDS.length);
}

function readSentence({ text, named }: Sentence): CallReading | null {
  const sentence = text.replace(OTHER_TOKENS, 'other');
  if (GUESS.test(sentence)) return null;
  for (const { reason, pattern, basis = 'explicit-words' } of WORDS) {
    if (!pattern.test(sentence) || DENIED[reason]?.test(sentence) === true) continue;
    return {
      reason,
      basis: /\bor\b/.test(sentence) ? 'documented-reply' : basis,
      named: named?.slice(0, MAX_NAME_LENGTH) ?? null,
    };
  }
  return null;
}
