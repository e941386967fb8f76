// Finds the secrets and tokens in a paste, so that the cleaner knows them before anything is shown.

import { Secret } from '../secret.ts';
import { findAllObjects } from './find-json.ts';

/** Names of fields, parameters and variables whose values are worth stealing. */
const SECRET_NAME =
  '(?:[\\w-]{0,40}(?:secret|password|passwd|api[_-]?key|access[_-]?token|refresh[_-]?token|id[_-]?token|client[_-]?assertion|authorization|cookie)|session(?:id)?|sid)';

const IS_SECRET_NAME = new RegExp(`^${SECRET_NAME}$`, 'i');

const PATTERNS: readonly RegExp[] = [
  // `client_secret=…` in a form, a query or a command, `SECRET=…` in a shell.
  new RegExp(
    `${SECRET_NAME}=(?:"([^"\\n]{4,4096})"|'([^'\\n]{4,4096})'|([^\\s&"'<>;,]{4,4096}))`,
    'gi',
  ),
  // `"client_secret": "…"` where it is no JSON that can be read: cut off, or as a program prints it.
  new RegExp(
    `${SECRET_NAME}\\\\*["']? ?(?::|=>) ?\\\\*(?:"((?:[^"\\\\]|\\\\.){0,4096})|'((?:[^'\\\\\\n]|\\\\.){0,4096})|([^\\s"'\\\\,;}]{4,4096}))`,
    'gi',
  ),
  // The same where the quotes are escaped: the value ends at the next one.
  new RegExp(`${SECRET_NAME}\\\\+" ?: ?\\\\+"((?:[^"\\\\]|\\\\+[^"\\\\]){0,4096})`, 'gi'),
  /\bauthorization["']? ?[:=] ?["']?(?:(?:bearer|basic|dpop|token) +)?([^\s"'\\,;]{4,8192})/gi,
  /\b(?:bearer|basic|dpop) +([A-Za-z0-9._~+/-]{16,8192}={0,2})/gi,
  // `curl -u id:secret`.
  /\s(?:-u|--user) +(?:"[^\n:"]{1,512}:([^\n"]{4,4096})"|'[^\n:']{1,512}:([^\n']{4,4096})'|[^\s:"']{1,512}:([^\s"']{4,4096}))/g,
  /\b(?:set-)?cookie: *([^\n]{4,8192})/gi,
  /\beyJ[\w-]{8,}(?:\.[\w-]*){1,4}/g,
];

/** More than any paste holds; bounds the work. */
const MAX_SECRETS = 100;

/** The secrets and tokens of a paste, each as it stands there and as what it decodes to. */
export function secretsOfPaste(text: string): readonly Secret[] {
  const values = new Set<string>();
  for (const value of [...secretFields(text), ...secretTexts(text)]) {
    for (const reading of readingsOf(value)) {
      if (isSecret(reading) && values.size < MAX_SECRETS) values.add(reading);
    }
  }
  return [...values].map((value) => new Secret(value));
}

/** Values of JSON fields that are named after secrets. */
function secretFields(text: string): readonly string[] {
  return findAllObjects(text)
    .flatMap(({ object }) => Object.entries(object))
    .flatMap(([name, value]) =>
      typeof value === 'string' && IS_SECRET_NAME.test(name) ? [value] : [],
    );
}

function secretTexts(text: string): readonly string[] {
  return PATTERNS.flatMap((pattern) =>
    Array.from(
      text.matchAll(pattern),
      (match) => match.slice(1).find((group) => group !== undefined) ?? match[0],
    ),
  );
}

/** Shorter values, and words of code, would redact what has to be read. */
function isSecret(value: string): boolean {
  return (
    value.trim().length >= 6 && !/^(?:undefined|\[?(?:redacted|secret|hidden)\]?|\*+)$/i.test(value)
  );
}

function readingsOf(value: string): readonly string[] {
  const cookies = value.includes('=')
    ? value.split(/;\s*/).map((pair) => pair.slice(pair.indexOf('=') + 1))
    : [];
  const parts = /^eyJ/.test(value) ? value.split('.').slice(1) : [];
  const [, credential = value] = /^(?:bearer|basic|dpop|token) +(.*)$/is.exec(value) ?? [];
  return [
    value,
    credential,
    percentDecoded(value),
    value.replace(/\\+(["'\\/])/g, '$1'),
    ...basicHalves(credential),
    ...cookies,
    ...parts,
  ];
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

/** The secret of `id:secret` in a Basic header; nothing where the value is not one. RFC 7617 section 2. */
function basicHalves(value: string): readonly string[] {
  if (!/^[A-Za-z0-9+/]{8,}={0,2}$/.test(value)) return [];
  try {
    const pair = atob(value);
    const secret = pair.slice(pair.indexOf(':') + 1);
    return /^[\x20-\x7e]*$/.test(secret) ? [secret, percentDecoded(secret)] : [];
  } catch {
    return [];
  }
}
