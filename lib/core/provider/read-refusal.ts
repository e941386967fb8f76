// How a refusal of a token endpoint is read: who answered, what the words say, the code, the status alone.

import type {
  ClientMethod,
  RefusalBasis,
  RefusalReading,
  RefusalReason,
} from '../evidence/readings.ts';
import type { BodyFormat, ErrorBody } from '../http/error-body.ts';
import type { HttpReply } from '../http/http-exchange.ts';
import { type EdgePage, edgePage, isAboutCertificate } from './edge-page.ts';
import { readGeneralWords } from './read-refusal-words.ts';
import { type KnownCode, knownCode, plainCode, type RefusalCodes } from './refusal-codes.ts';
import { type FositeText, fositeText, readWords, type Wording } from './refusal-text.ts';

/** A refusal's parts as they came. */
export interface RefusedReply {
  readonly reply: HttpReply;
  /** What its body says, and its challenge where there is one. */
  readonly said: ErrorBody;
  /** The names that the request held: client id, audiences, scopes. @default none */
  readonly sent?: readonly string[];
}

/** What is known of the refusals of a provider. */
export interface RefusalRules {
  /** Its known texts, in the order in which they are looked up. */
  readonly wordings: readonly Wording[];
  /** What it means by codes, in lower case, where that differs from the standards. */
  readonly codes: RefusalCodes;
  /** Whether it documents that it answers 404 to a client id that it does not know. */
  readonly documentsNotFound: boolean;
  /** Whether every refusal of it is JSON, so that a 403 with another body is a firewall's. */
  readonly refusesInJson: boolean;
}

/** What is known of one refusal before it is judged. */
interface RefusalParts {
  readonly reply: HttpReply;
  readonly known: KnownCode | null;
  readonly text: FositeText;
  readonly words: RefusalReading | null;
  readonly page: EdgePage;
  readonly format: BodyFormat;
}

/** Reads a refusal; total. Words come before the code beside them, and both before the status. */
export function readRefusal(
  { reply, said, sent = [] }: RefusedReply,
  rules: RefusalRules,
): RefusalReading {
  const page = edgePage(reply, said);
  if (page === 'block') return reading('provider-blocked', 'explicit-words');
  // A web server's page says its status in words, and no more.
  const texts = (page === 'web-server' ? said.texts.filter(isAboutCertificate) : said.texts).map(
    withoutFrame,
  );
  const fosite = texts.map((text) => fositeText(text));
  const hints = fosite.map(({ hint }) => hint).filter((hint) => hint !== '');
  const codes = said.codes.map(plainCode);
  const read =
    readWords(rules.wordings, { texts: [...hints, ...said.codes], codes }) ??
    readGeneralWords([...hints, ...said.codes.filter(isOwnCode)], { sent, codes });
  const known = knownCode(said.codes, rules.codes);
  const words = read === null ? null : besideCode(read, { known, codes, status: reply.status });
  const text = fosite.find(({ sentenceOf }) => sentenceOf !== null) ?? NO_SENTENCE;
  const parts = { reply, known, text, words, page, format: said.format };
  const found = byStatusClass(parts, rules) ?? words ?? byCode(parts) ?? byStatus(reply);
  const method = found.reason === 'client-authentication-mismatch' ? requiredMethod(hints) : null;
  return method === null ? found : { ...found, method };
}

/** What words mean beside a code; null where the code shows that they are not about this. */
function besideCode(
  words: RefusalReading,
  {
    known,
    codes,
    status,
  }: {
    readonly known: KnownCode | null;
    readonly codes: readonly string[];
    readonly status: number;
  },
): RefusalReading | null {
  // Of a client that is not authorized the grant is not unknown: it may not use it.
  if (words.reason === 'grant-type-unsupported' && codes.includes('unauthorized_client')) {
    return { ...words, reason: 'grant-not-allowed' };
  }
  // "Unexpected error" beside a code about the client is no outage.
  const isOfClient = status < 500 && known !== null && known.reason !== 'provider-error';
  return words.reason === 'provider-error' && isOfClient ? null : words;
}

const METHOD =
  '["\'`[]*(client_secret_basic|client_secret_post|private_key_jwt|client_secret_jwt|tls_client_auth|self_signed_tls_client_auth|(?<=["\'`])none(?=["\'`]))';

/** What a client is registered for, as Fosite says it. */
const REGISTERED_METHOD = new RegExp(
  `(?:supports? client authentication method|registered (?:for|with)|must (?:use|be)|requires?|expected) ${METHOD}`,
  'i',
);

/** What the endpoint takes, as Authlib says it of every client that it refuses: one method, and no other. */
const ONLY_METHOD = new RegExp(`cannot authenticate with methods?: ${METHOD}["'\`]*\\]`, 'i');

/** Methods that have a fix of their own. */
const NAMED_METHODS: readonly ClientMethod[] = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
];

/** The method that texts say a client must use; null where they do not say it. */
function requiredMethod(texts: readonly string[]): ClientMethod | null {
  const all = texts.join('\n');
  const said = REGISTERED_METHOD.exec(all) ?? ONLY_METHOD.exec(all);
  const method = said?.[1]?.toLowerCase();
  if (method === undefined) return null;
  return NAMED_METHODS.find((one) => one === method) ?? 'other';
}

const NO_SENTENCE: FositeText = { sentenceOf: null, hint: '' };

/** What a text begins with that only repeats the code, and what follows for the server's own log. */
function withoutFrame(text: string): string {
  return text
    .replace(
      /^(?:invalid|unauthori[sz]ed|unsupported|insufficient) (?:client|grant|request|scope): /i,
      '',
    )
    .replace(/(?:trace|correlation) id:[\s\S]*$/i, '')
    .trimEnd();
}

/** A code of the standards is read as a code; any other may say something in its words. */
function isOwnCode(code: string): boolean {
  return knownCode([code], {}) === null && /[A-Za-z]/.test(code);
}

/** The request was too slow, went to the wrong place or came too early. RFC 9110 sections 15.5.9 and 15.5.20, RFC 8470. */
const OF_THE_MOMENT: ReadonlySet<number> = new Set([408, 421, 425]);

function byStatusClass(
  { reply: { status, headers }, known, words, page, format }: RefusalParts,
  { documentsNotFound, refusesInJson }: RefusalRules,
): RefusalReading | null {
  if (status === 429) {
    // Some servers send an unrelated code with it, such as Okta `invalid_grant`.
    return words?.reason === 'token-quota-exceeded'
      ? words
      : reading('provider-rate-limited', 'documented-reply');
  }
  if (status >= 500) {
    // Words about the client outrank the status, but do not make it certain.
    if (words !== null && words.reason !== 'provider-error') return atMostDocumented(words);
    return reading(
      'provider-error',
      known?.reason === 'provider-error' ? 'documented-reply' : 'status',
    );
  }
  if (status === 404) {
    // A client id, or a tenant, realm or authorization server in the address that does not exist.
    const isDocumented = documentsNotFound && (page === null || page === 'empty');
    // "Resource not found" is about the address, not about an API that was requested.
    const isOfAddress = words?.reason === 'audience-unknown' && words.named === null;
    const ofAddress = isOfAddress ? null : words;
    return ofAddress ?? reading('client-unknown', isDocumented ? 'documented-reply' : 'status');
  }
  if (words !== null || known !== null) return null;
  if (OF_THE_MOMENT.has(status)) return reading('provider-error', 'status');
  // No token endpoint: a method that is not allowed, a static host, or an API that wants a token itself.
  const isBearer = /^bearer\b/i.test(headers['www-authenticate']?.[0] ?? '');
  if (status === 405 || status === 501 || (status === 401 && isBearer)) {
    return reading('client-unknown', 'status');
  }
  // A refusal of the standards has a code; without a word it may be anybody's.
  const isFirewall =
    status === 403 &&
    (page === 'page' ||
      page === 'web-server' ||
      page === 'empty' ||
      (refusesInJson && format !== 'json'));
  return isFirewall || page === 'page' ? reading('provider-blocked', 'status') : null;
}

function byCode({ known, text, reply }: RefusalParts): RefusalReading | null {
  if (known === null) return null;
  const { code, reason } = known;
  // `server_error` with a 401: the status says who is at fault.
  if (reason === 'provider-error' && reply.status === 401) return byStatus(reply);
  // Fosite says "to request a token using this method": the grant, whatever else the code may mean.
  if (code === 'unauthorized_client' && text.sentenceOf === code) {
    return reading('grant-not-allowed', 'documented-reply');
  }
  // The documented body: a code with its sentence. More words, of which none is known, make it no less so.
  const isDocumented = text.sentenceOf === code;
  return reading(reason, isDocumented ? 'documented-reply' : 'error-code');
}

/** What the status says where neither words nor a code say anything. RFC 9110 section 15. */
function byStatus({ status }: HttpReply): RefusalReading {
  switch (status) {
    case 401:
      return reading('credentials-rejected', 'status');
    case 407:
    case 451:
      return reading('provider-blocked', 'status');
    case 415:
      return reading('request-malformed', 'status');
    default:
      return reading('refusal-unrecognized', 'status');
  }
}

function atMostDocumented(words: RefusalReading): RefusalReading {
  return words.basis === 'explicit-words' ? { ...words, basis: 'documented-reply' } : words;
}

/** A reading that names nothing. */
function reading(reason: RefusalReason, basis: RefusalBasis): RefusalReading {
  return { reason, basis, named: null };
}
