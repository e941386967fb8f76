// Names for what is described without a file: the application, its provider, and the variable of its secret.

import { ANY_PROVIDER } from '../../core/config/provider-types.ts';
import { NAME_PATTERN } from '../../core/config/quoting.ts';
import { httpUrl } from '../../core/config/urls.ts';
import { typeOfHost } from '../../core/provider/registry.ts';

const FALLBACK_NAME = 'my-app';
const LONGEST_NAME = 63;

/**
 * A name for an application: its client id where that is a name (`svc_billing` becomes `svc-billing`),
 * else from the audience of the API that it calls (`api-acme-com`).
 */
export function applicationName(clientId: string, [audience = '']: readonly string[] = []): string {
  if (isChosenByPeople(clientId)) {
    const name = nameFrom(withoutScheme(clientId));
    if (NAME_PATTERN.test(name)) return name;
  }
  return nameFrom(withoutScheme(audience)) || FALLBACK_NAME;
}

/** A name for a provider, from its host: `acme` for `https://acme.kinde.com`. */
export function providerName(issuer: string): string {
  const { hostname = '' } = httpUrl(issuer) ?? {};
  const [label = ''] = typeOfHost(hostname) === ANY_PROVIDER ? [hostname] : hostname.split('.');
  return nameFrom(label) || 'provider';
}

/** The variable that holds the secret of an application: `M2M_BILLING_SYNC_CLIENT_SECRET`. */
export function variableName(application: string): string {
  return `M2M_${application.toUpperCase().replaceAll('-', '_')}_CLIENT_SECRET`;
}

/** The name, or the name with the first number from 2 on that makes it free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const ending = number === 1 ? '' : `-${number}`;
    const numbered = `${name.slice(0, LONGEST_NAME - ending.length).replace(/-+$/, '')}${ending}`;
    if (!isTaken(numbered)) return numbered;
  }
}

/** Okta's ids begin alike. */
const OKTA_ID = /^0oa[A-Za-z0-9]{17}$/;

/**
 * Whether a client id is a name that somebody chose, and not one that a program drew.
 *
 * Programs draw hexadecimal digits, numbers, and letters and digits in any order. People write words,
 * with at most a number behind them, and abbreviations.
 */
function isChosenByPeople(clientId: string): boolean {
  if (clientId.length > LONGEST_NAME || /[^\x21-\x7e]/.test(clientId)) return false;
  const parts = withoutScheme(clientId)
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const isHexadecimal = /^[0-9a-f]{8,}$/i.test(parts.join('')) && /\d/.test(clientId);
  if (isHexadecimal || OKTA_ID.test(clientId)) return false;
  return parts.some(isWord) && parts.every((part) => isWord(part) || isAbbreviation(part));
}

/** `billing`, `BillingSync`, `SVC`, `gateway2`: no case and no consonants as dice would have them. */
function isWord(part: string): boolean {
  const [, letters = ''] = /^\d?([A-Za-z]{1,20})\d{0,4}$/.exec(part) ?? [];
  const isInOneCase = /^[a-z]{2,}$|^[A-Z]{2,}$/.test(letters);
  const isCamelCase = /^[a-z]*(?:[A-Z]{1,5}[a-z]{2,})+[A-Z]{0,5}$/.test(letters);
  const isSpoken = /[aeiouy]/i.test(letters) && !/[^aeiouy]{6}/i.test(letters);
  return (isInOneCase || isCamelCase) && (isSpoken || letters.length <= 5);
}

/** `m2m`, `k8s`, `b2b`, `v1`, `042`. */
function isAbbreviation(part: string): boolean {
  return part.length <= 4;
}

/** Without `https://`, `urn:` and the like. */
function withoutScheme(text: string): string {
  return text.replace(/^[a-z][a-z0-9+.-]*:\/*/i, '');
}

function nameFrom(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '');
}
