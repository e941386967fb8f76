// Before anything of a paste is shown: the secrets and tokens that it holds, so that the cleaner knows them.

import { Secret } from '../secret.ts';

/** Fields whose values are worth stealing, by the names that requests, replies and code give them. */
const SECRET_NAME =
  '(?:[\\w-]{0,40}(?:secret|password|passwd|api[_-]?key|access[_-]?token|refresh[_-]?token|id[_-]?token|client[_-]?assertion)|session(?:id)?|sid)';

const PATTERNS: readonly RegExp[] = [
  // `client_secret=…` in a form or a query, `--data-urlencode "client_secret=…"`, `SECRET=…` in a shell.
  new RegExp(
    `${SECRET_NAME}=(?:"([^"\\n]{4,4096})"|'([^'\\n]{4,4096})'|([^\\s&"'<>;,]{4,4096}))`,
    'gi',
  ),
  // `"client_secret": "…"`, also escaped, also without quotes or with single ones.
  new RegExp(
    `${SECRET_NAME}\\\\*["']? ?(?::|=>) ?\\\\*(?:"((?:[^"\\\\]|\\\\+[^"\\\\])*)|'([^'\\n]*)|([^\\s"'\\\\,;}]{4,4096}))`,
    'gi',
  ),
  /\b(?:authorization|proxy-authorization)["']? ?[:=] ?["']?(?:(?:bearer|basic|dpop|token) +)?([^\s"'\\,;]{4,8192})/gi,
  /\b(?:bearer|basic|dpop) +([A-Za-z0-9._~+/-]{16,8192}={0,2})/gi,
  // `curl -u id:secret`.
  /\s(?:-u|--user) +["']?[^\s:"']{1,512}:([^\s"']{4,4096})/g,
  /\b(?:set-)?cookie: *([^\n]{4,8192})/gi,
  /\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g,
];

/** More than any paste holds; bounds the work. */
const MAX_SECRETS = 100;

/** The secrets and tokens of a paste, each as it stands there and as what it decodes to. */
export function secretsOfPaste(text: string): readonly Secret[] {
  const values = new Set<string>();
  for (const pattern of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const value = match.slice(1).find((group) => group !== undefined) ?? match[0];
      for (const reading of readingsOf(value)) {
        if (isSecret(reading) && values.size < MAX_SECRETS) values.add(reading);
      }
    }
  }
  return [...values].map((value) => new Secret(value));
}

/** Shorter values, and words of code, would redact what has to be read. */
function isSecret(value: string): boolean {
  return (
    value.trim().length >= 6 && !/^(?:undefined|\[?(?:redacted|secret|hidden)\]?|\*+)$/i.test(value)
  );
}

function readingsOf(value: string): readonly string[] {
  const cookies = value.includes('=') ? value.split(/;\s*/).map((pair) => cookieValue(pair)) : [];
  const signature = /^eyJ/.test(value) ? value.split('.').slice(1) : [];
  return [value, percentDecoded(value), ...basicHalves(value), ...cookies, ...signature];
}

function cookieValue(pair: string): string {
  return pair.slice(pair.indexOf('=') + 1);
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

/** The halves of `id:secret` in a Basic header; nothing where the value is not one. RFC 7617 section 2. */
function basicHalves(value: string): readonly string[] {
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) return [];
  try {
    const pair = atob(value);
    const colon = pair.indexOf(':');
    const secret = colon < 0 ? '' : pair.slice(colon + 1);
    return /^[\x20-\x7e]{4,}$/.test(secret) ? [secret, percentDecoded(secret)] : [];
  } catch {
    return [];
  }
}
