// The addresses that a configuration may hold.

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
  if (url.username !== '' || url.password !== '') {
    return 'holds a user name or password: there is no place for a secret in a URL, remove the part before the @';
  }
  return null;
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
