// What words about a refused token request mean at any server, whoever wrote them.

import type { RefusalBasis, RefusalReason } from '../evidence/readings.ts';
import { anyWords } from '../text/words.ts';

/** Words with one reading for a request like ours: complete, with credentials, for client credentials. */
export interface GeneralWords {
  readonly reason: RefusalReason;
  /** @default 'explicit-words' */
  readonly basis?: RefusalBasis;
  /** Matched against {@link wordsOf}: lower case, without quotes, names of ours replaced. */
  readonly pattern: RegExp;
}

const CLIENT =
  '(?:client|application|app|consumer|service principal|api key|appid|client id|app id|client identifier|consumer key|client application)';
const TENANT =
  '(?:tenant|realm|directory|domain|organi[sz]ation|environment|authorization server|account)';
const SECRET =
  '(?:secret|credentials?|client secret|app ?secret|consumer secret|password|api key|client key)';
const GRANT =
  '(?:grant(?: types?)?|client credentials (?:flow|grant)|authorization grant|oauth flow|flow|service accounts?(?! credentials)|machine to machine|m2m|2 legged)';
const NOT_ALLOWED =
  '(?:not (?:been )?(?:allowed|enabled|permitted|authori[sz]ed|granted|activated|configured|available|supported for|registered for|assigned)|no(?:t have)? permission|disallowed|disabled|forbidden|denied|unauthori[sz]ed|prohibited)';
const NOT_FOUND =
  '(?:(?:do|does|did) not exist|not exist|not (?:be )?(?:found|known|registered|recogni[sz]ed|identified|located)|no longer exists?|unknown(?! (?:parameter|field|scope|error|grant|method))|unrecogni[sz]ed|non ?existent|unregistered)';
const ABSENT =
  '(?:missing|required|absent|empty|blank|null|not (?:be )?(?:provided|present|sent|supplied|specified|found in (?:the )?(?:request|headers?|body)|included|given|set|set in request|null|empty|blank)|(?:can(?:not)?|may not|must not) be (?:empty|null|blank)|must (?:be (?:provided|present|supplied|specified|included|set)|not be (?:empty|null|blank)|have a value))';
const WRONG =
  '(?:invalid|incorrect|wrong|bad|mismatch(?:ed|ing)?|not (?:be )?(?:valid|correct|match(?:ed|ing)?|accepted|verified|validated|recogni[sz]ed|authenticated)|(?:do|does|did) not match|rejected|unauthori[sz]ed|inactive|failed|is not authorized)';
/** A few words of the same sentence. */
const NEAR = '[^.;]{0,60}?';

/** Words that want DPoP (RFC 9449) or a client certificate (RFC 8705), from a provider or an API. */
export const PROOF_WORDS = anyWords(
  `dpop\\b${NEAR}\\b(?:proof|header|required|missing|must|expected|nonce|bound|invalid)`,
  '(?:requires?|missing|no|invalid|expected|use)(?: an?| the)? dpop',
  `(?:client|tls|mtls|x ?509|ssl) cert\\w*${NEAR}\\b(?:${ABSENT}|bound|invalid|mismatch|error|was sent|verification failed)`,
  `(?:requires?|missing|no|without|provide|present|must use|expected)(?: an?| the| any)?(?: valid| required)* (?:client|tls|mtls|x ?509|ssl) cert\\w*`,
  `(?:mutual tls|mtls|tls client auth)(?: authentication)?\\b${NEAR}\\b(?:required|must|expected|missing|failed|mandatory|only)`,
  'requires (?:mutual tls|mtls)',
  '(?:missing|no|invalid|unsupported)(?: or \\w+)? cert(?:ificate)?',
  'certificate bound|cert(?:ificate)? thumbprint|x5t s256|bound to a client certificate',
);

const ASSERTION = '(?:(?:client |jwt )?assertion|client jwt|jwt token|json web token)';

/** What servers say of an assertion that a client signs. RFC 7523 section 3. */
const ASSERTION_WORDS: readonly GeneralWords[] = [
  {
    reason: 'client-certificate-expired',
    pattern: anyWords(`certificate\\b${NEAR}\\b(?<!not |never )expired`, 'expired certificate'),
  },
  {
    reason: 'assertion-algorithm-refused',
    pattern: anyWords(
      `${ASSERTION}\\b[^;]{0,60}?\\b(?:algorithm|alg)`,
      '(?:signing|signature) alg(?:orithm)?\\b[^.;]{0,40}?\\b(?:not|unsupported|invalid|enforces?|expected|mismatch)',
      '(?:invalid|unsupported|unexpected|disallowed|wrong) (?:jws |signing |signature )alg(?:orithm)?',
    ),
  },
  {
    reason: 'assertion-audience-refused',
    pattern: anyWords(
      `${ASSERTION}\\b[^.;]{0,60}?\\b(?:aud|audience)`,
      `(?:aud|audience)\\b[^.;]{0,60}?\\b${ASSERTION}`,
    ),
  },
  {
    reason: 'assertion-times-refused',
    pattern: anyWords(
      `${ASSERTION}\\b[^.;]{0,60}?\\b(?:(?<!not )expired|expir(?:es|y|ation)|exp|nbf|iat|not yet valid|not active|valid time range|issued (?:in the future|too (?:far|long)))`,
      `(?:expired|exp|nbf|iat)\\b[^.;]{0,40}?\\b${ASSERTION}`,
      '(?:exp|nbf|iat) claim\\b[^.;]{0,60}?\\b(?:must|invalid|past|future|expired)',
    ),
  },
  {
    reason: 'client-key-unknown',
    pattern: anyWords(
      `${ASSERTION}\\b[^.;]{0,60}?\\b(?:signature|kid|signing key|signed with)\\b[^.;]{0,60}?\\b${WRONG}`,
      `${ASSERTION}\\b[^.;]{0,40}?\\b${WRONG} signature`,
      `signature\\b[^.;]{0,30}?\\b${ASSERTION}\\b[^.;]{0,30}?\\b(?:${WRONG}|validation)`,
      `(?:public key|signing key|jwks?|json web keys?(?: set)?|kid)\\b[^.;]{0,60}?\\b(?:${NOT_FOUND}|${ABSENT}|could not be found|not contain|no match\\w*)`,
      `(?:no|unknown|unregistered|missing) (?:matching |public |signing |registered )*(?:jwks?|keys?|kid)\\b(?! id)[^.;]{0,40}?\\b(?:found|registered|${ASSERTION}|client|for)`,
      `(?:unable|failed|could not|cannot)(?: to| be)? (?:load|find|resolve|retrieve|fetch|get|obtain|verify)\\b[^.;]{0,40}?\\b(?:public key|signing key|jwks?|json web keys?|integrity|signature)`,
      '(?:invalid|wrong|bad) (?:token |jwt |jws )?signature(?! (?:method|alg))',
    ),
  },
];

/** In order: the first that matches decides, so what is narrow stands before what is wide. */
export const REFUSAL_WORDS: readonly GeneralWords[] = [
  ...ASSERTION_WORDS,
  // What Amazon API Gateway says of a path that it does not have.
  {
    reason: 'client-unknown',
    basis: 'documented-reply',
    pattern: /^missing authentication token$/,
  },
  // A parameter by a name that may be any word, unless it is one of those that mean something here.
  {
    reason: 'request-malformed',
    pattern:
      /^(?!.*\b(?:scopes?|client|secret|grant|audience|resource|token|dpop|authentication)\b).*\bparameters?\b.{0,30}\b(?:unknown|unsupported|invalid|not (?:allowed|supported|known))/,
  },
  {
    reason: 'token-quota-exceeded',
    pattern: anyWords(
      'quota\\b(?!.*\\brate\\b)',
      `tokens?\\b${NEAR}\\b(?:limit|allowance)\\b${NEAR}\\b(?:reached|exceeded|used up|exhausted)`,
      'monthly (?:limit|active)',
    ),
  },
  {
    reason: 'provider-rate-limited',
    pattern: anyWords(
      'rate limit\\w*',
      'too many (?:(?:failed|invalid|unsuccessful|login|authentication) )*(?:requests|calls|attempts|logins)',
      'throttl\\w*',
      'requests? limit (?:reached|exceeded)',
      'slow down',
    ),
  },
  {
    reason: 'provider-blocked',
    pattern: anyWords(
      'conditional access',
      'request (?:was |has been |is )?blocked',
      'blocked by',
      'access (?:has been |was |is )?blocked',
      '(?:ip|ip address|ips|network|location|country|user agent)\\b[^.;]{0,40}\\b(?:not (?:be )?(?:allowed|permitted|authori[sz]ed|trusted|in (?:the )?(?:allow|white))|blocked|denied|forbidden|restricted|banned|blacklisted|rejected|outside)',
      '(?:not allowed|denied|blocked|forbidden)\\b[^.;]{0,30}\\b(?:from (?:this|your)|by|for) (?:ip|network|location|ip address)',
      'outside the client s permitted network zones',
      'error code: 10(?:0[5-9]|1[0-2]|15|20)\\b',
    ),
  },
  { reason: 'proof-required', pattern: PROOF_WORDS },
  {
    reason: 'secret-expired',
    pattern: anyWords(
      `(?:secrets?(?: keys?)?|client credentials?|credentials?)\\b${NEAR}\\b(?<!not |never |yet )expired`,
      `expired\\b(?! or)[^.;]{0,20}\\b(?:secret|client credentials?)`,
    ),
  },
  // An invalid and an expired secret in one sentence: either.
  {
    reason: 'credentials-rejected',
    basis: 'documented-reply',
    pattern: anyWords(
      `(?:secrets?|credentials?)\\b${NEAR}\\bor (?:has |have |is )?expired`,
      'expired or',
    ),
  },
  {
    reason: 'request-malformed',
    pattern: anyWords(
      // A text about the scope that a request must name.
      `(?:a |one |least one )?scopes?(?: parameter)?\\b(?: n\\d+x)?[^.;]{0,12}\\b(?:must be (?:provided|specified|set|present|included)|(?:is |are |was )?(?:required|missing|empty|blank|not (?:provided|specified|supplied)))`,
      'missing (?:required )?(?:parameter:? )?scopes?\\b',
      'no scopes? (?:was |were |is )?(?:requested|provided|specified)',
      'content type',
      'must be an absolute ur[il]',
      'grant type\\b[^.;]{0,20}\\b(?:is |was )?(?:missing|required|not (?:provided|present|specified|set|found)|empty)',
      'missing (?:required )?(?:parameters?:? |form parameter:? )?(?:\\W*)grant type',
      '(?:unable|failed|could not|cannot) (?:be )?(?:to )?(?:parse|read|decode)',
      '(?:body|payload)\\b[^.;]{0,20}\\b(?:empty|malformed|missing|required|invalid)',
      'resource parameter\\b[^.;]{0,40}\\b(?:does not|do not|did not|doesn) match',
    ),
  },
  {
    reason: 'client-authentication-mismatch',
    pattern: anyWords(
      `(?:unsupported|invalid|wrong|unexpected|incorrect|unknown|disallowed)\\b(?: oauth)?(?: client)? ?auth(?:entication|orization)? (?:method|mechanism|scheme|type|header)s?`,
      `auth(?:entication|n)? (?:method|mechanism|scheme)s?\\b${NEAR}\\b(?:not (?:be )?(?:supported|allowed|permitted|registered|enabled|valid|match\\w*|used)|unsupported|mismatch|invalid|does not match|required)`,
      'not (?:allowed|permitted|configured|registered|authori[sz]ed|supported) (?:to use |for |with )?(?:the |this )?(?:client )?authentication (?:method|mechanism|scheme)',
      'token endpoint auth(?:entication)? method',
      'supports? client authentication method',
      `must (?:be )?authenticated? (?:using|with|via|by)\\b`,
      `client assertion(?: type)?\\b${NEAR}\\b(?:${ABSENT}|mandatory)`,
      `(?:missing|no) client assertion`,
      `(?:missing|no)(?: the| a| required)*(?: parameters?:?)?(?: x)? client id\\b`,
      'check the client (?:id|secret) parameter',
      'registered (?:for|with|to use)\\b[^.;]{0,30}?\\b(?:client secret (?:basic|post|jwt)|private key jwt|tls client auth)',
      `client id\\b(?: parameter)?[^.;]{0,10}\\b${ABSENT}`,
      'no valid authenticators?',
      `(?:no|missing|without)(?: the| any| a| required| valid)?(?: parameter:?| parameters:?| form parameter:?)? (?:client )?(?:secret|credentials|client authentication|authentication)\\b(?! found for)`,
      `(?:client )?(?:secret|credentials|client authentication)\\b[^.;]{0,24}\\b${ABSENT}`,
      `authorization header\\b[^.;]{0,30}\\b(?:${ABSENT}|invalid|malformed)`,
      `(?:missing|no|invalid|malformed|expected|requires?)(?: an?| the| valid| http)* (?:authorization|authentication|basic auth\\w*) header`,
      `basic auth\\w*\\b[^.;]{0,20}\\b(?:required|expected|missing|must)`,
      'no matching federated identity',
      '(?:cannot|could not|unable to) (?:retrieve|read|extract|find|get) (?:the )?client (?:credentials|secret|id)',
      'client secret parameter is not (?:valid|allowed)',
      'credentials? (?:must|should|may)(?: only)? (?:be )?(?:sent|passed|provided|supplied) (?:in|via|through|using|by)',
      'only (?:supports?|accepts?|allows?) (?:http )?(?:basic|client secret (?:post|basic)|private key jwt)',
      'multiple (?:client )?(?:credentials|authentication)|more than one (?:client )?authentication',
    ),
  },
  // Authlib says this of a wrong secret too.
  {
    reason: 'client-authentication-mismatch',
    basis: 'documented-reply',
    pattern: anyWords(`(?:cannot|can not|not) (?:be )?authenticated? (?:using|with|via|by)\\b`),
  },
  // A grant that the client may not use, or that no client may.
  {
    reason: 'grant-not-allowed',
    pattern: anyWords(
      `${GRANT}\\b[^.;]{0,50}?\\b${NOT_ALLOWED}(?! scope)`,
      'client credentials\\b[^.;,]{0,30}?\\bnot (?:been )?(?:allowed|enabled|permitted)',
      `(?:unauthori[sz]ed|${NOT_ALLOWED})\\b(?: to (?:use|request|retrieve|perform))?(?: for)?(?: the| this| a| provided| specified| requested)* ?(?:n\\d+x )?(?:client credentials )?${GRANT}\\b`,
      'bearer only',
      'public client',
      'client is (?:marked as )?public',
      `${NOT_ALLOWED} (?:to )?(?:create|obtain|request|get|issue|retrieve)\\b(?: an?| any)? ?(?:application |app |service account |client credentials )(?:access )?tokens?`,
      `${NOT_ALLOWED} (?:to )?retrieve service account`,
    ),
  },
  {
    reason: 'grant-type-unsupported',
    pattern: anyWords(
      '(?:unsupported|unknown|invalid|unrecogni[sz]ed|not supported) (?:oauth )?(?:authorization )?(?:grant types?|grant|authorization type)\\b(?! credentials)',
      'grant(?: type)?\\b(?! credentials)[^.;]{0,40}\\b(?:is )?(?:not (?:supported|recogni[sz]ed|valid|implemented)|unsupported|unknown|invalid)',
      'not support(?:ed)?(?: the| this)?(?: requested)? (?:authorization )?grant',
      'client credentials\\b[^.;,]{0,30}?\\bnot supported',
    ),
  },
  {
    reason: 'scope-not-allowed',
    pattern: anyWords(
      `scopes?\\b[^;]{0,90}?\\b(?:${NOT_ALLOWED}|${NOT_FOUND}|invalid|not (?:valid|match\\w*|supported|offered)|unsupported|rejected|(?:is|are) not (?:in|part)|exceeds?|malformed|not allow)`,
      `(?:invalid|unknown|unsupported|unauthori[sz]ed|disallowed|illegal|incorrect|bad|forbidden|wrong|insufficient|excessive)(?: oauth)?(?: requested)?(?: or \\w+)?(?: access)? ?scopes?\\b`,
      `${NOT_ALLOWED}\\b[^.;]{0,50}\\bscopes?\\b`,
      'no valid scopes?\\b',
      'not have (?:access to |been granted )?(?:the |this |these )?(?:requested )?scopes?',
    ),
  },
  {
    reason: 'audience-missing',
    pattern: anyWords(
      `(?:audience|resource)\\b[^.;]{0,12}\\b${ABSENT}`,
      '(?:missing|no|without|provide|specify)(?: an?| the| required)?(?: parameter:?)? (?:audience|resource)\\b',
    ),
  },
  {
    reason: 'audience-unknown',
    pattern: anyWords(
      `(?:audience|resource(?: server| principal| indicator)?)\\b(?! owner)[^.;]{0,60}?\\b(?:${NOT_FOUND}|invalid|not (?:be |an? )?(?:enabled within|valid)|malformed)`,
      '(?:unknown|invalid|unrecogni[sz]ed|no such|nonexistent) (?:audience|resource(?: server)?(?! owner))',
      'no (?:resource server|api|resource)\\b[^.;]{0,30}\\b(?:found|exists|matches|with)',
    ),
  },
  {
    reason: 'audience-not-authorized',
    pattern: anyWords(
      `(?:audience|resource|resource server|api)\\b[^.;]{0,60}?\\b(?:not (?:been )?(?:allowed|permitted|authori[sz]ed|granted|enabled for|assigned)|whitelisted)`,
      `not (?:been )?(?:authori[sz]ed|allowed|permitted|assigned|granted|entitled|subscribed)\\b[^.;]{0,30}\\b(?:access (?:to )?(?!tokens?)|audience|resource|api\\b|the application)`,
      'not assigned to a role',
      'not consented',
      'not authori[sz]ed to access',
    ),
  },
  {
    reason: 'client-deleted',
    pattern: anyWords(
      `(?:disabled|deleted|deactivated|suspended|inactive)(?: oauth)? ${CLIENT}\\b`,
      `(?:${CLIENT}|user|service user|service account)\\b(?! secret| credentials| authentication| auth| assertion)[^.;]{0,50}?\\b(?:disabled|deactivated|suspended|locked|inactive|revoked|deleted|not (?:active|enabled))`,
      `service (?:account|user)\\b(?! credentials)[^.;]{0,40}?\\b${NOT_FOUND}`,
    ),
  },
  // The client itself; before the credentials, since "client not found" is more than a wrong secret.
  {
    reason: 'credentials-rejected',
    basis: 'documented-reply',
    pattern: anyWords(
      `(?:invalid|incorrect|wrong|bad|unknown)\\b[^.;]{0,20}\\b(?:client|application|client id|app id)\\b(?: (?:and )?or| and| /)[^.;]{0,30}\\b${SECRET}`,
      `(?:client id|client|app id|user ?name)(?: and)?(?: or| and| /) (?:the )?(?:client )?(?:secret|password|credentials)\\b[^.;]{0,40}\\b${WRONG}`,
    ),
  },
  {
    reason: 'client-unknown',
    pattern: anyWords(
      `(?:unknown|unrecogni[sz]ed|non ?existent|unregistered|no such)(?: oauth)?(?: 2 0| 2\\.0)? (?:${CLIENT}|${TENANT})\\b`,
      `(?<!secret[^.;]{0,60})${CLIENT}\\b(?! secret| credentials| authentication| assertion)[^.;]{0,70}?\\b${NOT_FOUND}`,
      `${TENANT}\\b[^.;]{0,60}?\\b(?:${NOT_FOUND}|disabled|deactivated|not (?:active|enabled))`,
      '(?:client id|client identifier|app id|application id|client key)\\b[^.;]{0,20}?\\b(?:invalid|not (?:be )?valid)',
      '(?:invalid|incorrect|wrong) or missing client id',
      'tenant (?:id|identifier)\\b[^.;]{0,60}?\\b(?:invalid|neither|not valid)',
      `(?:could not|cannot|can not|unable to|failed to|did not) (?:find|locate|resolve|identify)\\b[^.;]{0,40}\\b(?:${CLIENT}|${TENANT})`,
      `no (?:oauth )?(?:oauth2 )?(?:valid )?(?:${CLIENT}|${TENANT})\\b[^.;]{0,40}\\b(?:found|exists?|with|match\\w*|registered)`,
      `(?:invalid|incorrect|wrong|bad)(?: value for)?(?: oauth)? (?:client id|client identifier|app id|appid|api key|consumer key|application id)\\b`,
      'not supported on this domain',
    ),
  },
  {
    reason: 'credentials-rejected',
    pattern: anyWords(
      `(?:invalid|incorrect|wrong|bad|mismatch(?:ed|ing)?|unauthori[sz]ed)(?: oauth)?(?: client| app| application| consumer| api| user| login| basic)? ?${SECRET}\\b`,
      `${SECRET}\\b(?! found)[^.;]{0,40}?\\b${WRONG}`,
      `(?:unable to|could not|cannot|failed to|not) (?:verify|validate|authenticate|match)\\b[^.;]{0,30}\\b(?:credentials?|client|secret)`,
    ),
  },
  {
    reason: 'credentials-rejected',
    basis: 'documented-reply',
    pattern: anyWords(
      `client\\b[^.;]{0,20}\\b(?:authentication|authorization|login|verification) (?:failed|failure|error)`,
      '(?:authentication|login|authorization) (?:failed|failure|error|unsuccessful)',
      'invalid client\\b(?! id)',
      `${ASSERTION}\\b[^.;]{0,40}?\\b${WRONG}`,
      `${WRONG} ${ASSERTION}`,
      '(?:client|user|request) (?:is |was )?(?:not authenticated|unauthenticated)',
    ),
  },
  {
    reason: 'provider-error',
    basis: 'documented-reply',
    pattern: anyWords(
      'internal (?:server )?error',
      'temporarily unavailable',
      'service unavailable',
      '(?:under|down for) maintenance',
      'overloaded',
      'try again later',
      'unexpected (?:error|condition|exception)',
    ),
  },
];
