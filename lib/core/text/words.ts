// Brings a text into the form in which words are looked for: plain, and without the names that we sent.

/** Bounds the work on a hostile text; longer than any reply that is read. */
const MAX_LENGTH = 4096;

/** A text in the form in which words are looked for. */
export interface Words {
  /** Lower case, one space between words, no quotes; `INVALID_CLIENT` and `InvalidClient` as "invalid client". */
  readonly text: string;
  /** The same sentence by sentence. */
  readonly sentences: readonly Sentence[];
}

/** One sentence in that form. */
export interface Sentence {
  readonly text: string;
  /** The names of ours, and the quoted names, for which placeholders stand in it; null where there are none. */
  readonly named: string | null;
}

/** A pattern of whole words in that form: any of the parts. */
export function anyWords(...parts: readonly string[]): RegExp {
  return new RegExp(parts.map((part) => `\\b(?:${part})(?![a-z])`).join('|'));
}

/**
 * Brings a text into that form; total.
 *
 * A scope `read:quota` must not look like a word about quotas, so what the request itself sent, and what
 * stands in quotes and is no word of OAuth, becomes a placeholder.
 */
export function wordsOf(text: string, sent: readonly string[] = []): Words {
  const names: string[] = [];
  const placeholder = (name: string) => {
    const known = names.indexOf(name);
    const index = known === -1 ? names.push(name) - 1 : known;
    return ` n${index}x `;
  };
  const start = text.slice(0, MAX_LENGTH).replace(/\s+/g, ' ');
  const plain = withoutSent(start, sent, placeholder)
    .replace(QUOTED, (whole, _quote: string, inner: string) =>
      (IS_NAME.test(inner) || IS_TITLE.test(inner)) && !KNOWN_NAME.test(inner)
        ? placeholder(inner)
        : ` ${whole.slice(1, -1)} `,
    )
    .replace(ADDRESS, placeholder)
    .replace(/(?<!application|text|multipart)(?<=\w)\/(?=\w)/g, ' or ')
    .replace(/\bDPoP\b|\bmTLS\b|\bOAuth|\b(?:JWT|API|ID|URL|IP)s\b/g, (name) => name.toLowerCase())
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/can(?:'|’)t\b/g, 'cannot')
    .replace(/n(?:'|’)t\b/g, ' not')
    .replace(/(?:'|’)s\b/g, '')
    .replace(/[_"'`“”‘’*()[\]{}<>|/\\-]+/g, ' ')
    .replace(/(?<=\w)\.(?=[a-z])/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const sentences = plain.split(/(?<=[.;!?])\s+/).map((sentence) => {
    const named = names.filter((_, index) => sentence.includes(`n${index}x`)).join(' ');
    return { text: sentence, named: named === '' ? null : named };
  });
  return { text: plain, sentences };
}

/** An address, or the name of a host: what stands in it are no words. */
const ADDRESS =
  /\b(?:https?|urn|api):[^\s"'<>]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|cloud|example)\b[^\s"'<>,;]*/gi;

/** A quoted piece without spaces around it; an apostrophe inside a word opens none. */
const QUOTED = /(?<!\w)(["'`])([^"'`]{1,200})\1(?!\w)/g;

/** What looks like a name rather than words: a colon, a slash, a dot, a digit, or one word alone. */
const IS_NAME = /^\S+$/;

/** A name of several words, as people give them: `Quota Manager`, `rate limit service`. */
const IS_TITLE =
  /^(?:[A-Z][\w-]*(?: [A-Z][\w-]*){1,4}|(?:[\w-]+ ){1,3}(?:service|app|application|client|demo|manager|sync|job|bot))$/;

/** Words of OAuth and HTTP that texts put in quotes. */
const KNOWN_NAME =
  /^(?:authorization|bearer|basic|dpop|jwt|token|none|scopes?|audience|aud|iss|issuer|sub|exp|iat|nbf|azp|kid|alg|resource|client[_-]?(?:id|secret|assertion|credentials)\w*|grant[_-]?type|access[_-]token|token_endpoint_auth_method|private_key_jwt|tls_client_auth|self_signed_tls_client_auth|post|get|request|code|invalid_\w+|insufficient_\w+|unauthorized_\w+|unsupported_\w+)$/i;

/** Replaces whole names that were sent; a plain word only where it is quoted or named as what it is. */
function withoutSent(
  text: string,
  sent: readonly string[],
  placeholder: (name: string) => string,
): string {
  // The longest first: one name may begin another.
  const names = [...new Set(sent)]
    .filter((name) => name !== '')
    .toSorted((a, b) => b.length - a.length);
  return names.reduce((left, name) => {
    const literal = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    const isPlainWord = /^[A-Za-z]+$/.test(name);
    const before = isPlainWord
      ? '(?<=["\'`[(]|\\b(?:scopes?|audience|resource|client|application|api)[: ] ?)'
      : '(?<![\\w:/.-])';
    return left.replace(new RegExp(`${before}${literal}(?![\\w/-]|[:.]\\w)`, 'g'), () =>
      placeholder(name),
    );
  }, text);
}
