// The addresses that a configuration may hold.

import { hasSecretForm, isSecretName, looksLikeSecret } from '../text/secret-shapes.ts';

/** The parts of a URL, or null where the text is no absolute http or https URL. */
export function httpUrl(text: string): URL | null {
  if (!/^https?:\/\//i.test(text) || /[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) return null;
  return new URL(text);
}

/** Whether a host of a URL is this machine: `localhost`, 127.0.0.0/8 or `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** What is wrong with a text as an address, or null; the text itself is never quoted. */
export function urlProblem(text: string): string | null {
  const url = httpUrl(text);
  if (url === null) return 'must be an absolute URL such as https://example.com';
  return urlSecretProblem(url);
}

/** Names of parameters that hold a secret in a URL alone: signatures. */
const SECRET_IN_QUERY = /^(?:sas|sig|x-amz-(?:credential|security-token|signature))$/i;

/** What is wrong with a URL that holds what may be a secret, or null; nothing of it is quoted. */
export function urlSecretProblem(url: URL): string | null {
  if (url.username !== '' || url.password !== '') {
    return 'holds a user name or password: there is no place for a secret in a URL, remove the part before the @';
  }
  // Some servers keep parameters in the path, behind semicolons.
  const [, ...ofPath] = url.pathname.split(/[;/](?=[^;/]*=)/);
  const further = new URLSearchParams([url.hash.slice(1), ...ofPath].join('&'));
  const isSecret = [...url.searchParams, ...further].some(
    ([name, value]) =>
      isSecretName(name) ||
      SECRET_IN_QUERY.test(name) ||
      // Of Azure functions; a country has a code, too.
      (/^code$/i.test(name) && value.length > 8) ||
      looksLikeSecret(name) ||
      looksLikeSecret(value),
  );
  if (isSecret) {
    return 'holds a secret in its query: there is no place for one in a URL; if the server also takes it in a header, name where it is kept, as in call.headers: { x-api-key: { env: API_KEY } }';
  }
  return hasSecretForm(decoded(url.href))
    ? 'holds a secret: there is no place for one in a URL; give the address without it'
    : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is wrong with a text as an issuer (RFC 8414 section 2), or null. */
export function issuerProblem(text: string): string | null {
  const problem = urlProblem(text);
  if (problem !== null) return problem;
  return /[?#]/.test(text) ? 'must be without query and fragment: an issuer has neither' : null;
}

/** An issuer without its trailing slashes, as comparisons and well-known paths want it. */
export function withoutTrailingSlash(text: string): string {
  return text.replace(/\/+$/, '');
}
