// Reading claims, comparing their values and making them fit to be shown.

import type { Application } from '../config/application.ts';
import type { Claims } from '../evidence/evidence.ts';
import type { Cleaner } from '../text/redact.ts';

/** Where granted scopes were found, and what they are; null where the claim is not of a scope's form. */
export interface GrantedScopes {
  readonly claim: string;
  readonly scopes: readonly string[] | null;
}

/**
 * Reads the value at a path of a claims set; undefined where there is none.
 *
 * A path is a claim name, also one with dots in it (`https://acme.com/roles`), names joined by dots, or
 * a JSON pointer (RFC 6901). Only own properties count, so that `__proto__` and `constructor` are names
 * like any other.
 */
export function readClaim(claims: Claims, path: string): unknown {
  const named = path.startsWith('/') ? undefined : ownValue(claims, path);
  if (named !== undefined) return named;
  let value: unknown = claims;
  for (const name of claimPath(path)) {
    value = ownValue(value, name);
    if (value === undefined) return undefined;
  }
  return value;
}

/** Reads the first of several claims that is there: its name and value, or null where none is. */
export function readFirstClaim(
  claims: Claims,
  names: readonly string[],
): { readonly claim: string; readonly value: unknown } | null {
  for (const claim of names) {
    const value = readClaim(claims, claim);
    if (value !== undefined) return { claim, value };
  }
  return null;
}

/** Reads the scopes that a token grants, from the first of the claims that is there. */
export function readScopes(claims: Claims, names: readonly string[]): GrantedScopes | null {
  const found = readFirstClaim(claims, names);
  return found === null ? null : { claim: found.claim, scopes: scopesOf(found.value) };
}

/** The strings in a claim that may be one string or a list of them, such as `aud`. RFC 7519 section 4.1.3. */
export function toStrings(value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Whether two JSON values are equal; the order of an object's members does not matter. */
export function equalJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => equalJson(item, other[index]))
    );
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && equalJson(one[name], other[name]))
  );
}

function claimPath(path: string): readonly string[] {
  if (!path.startsWith('/')) return path.split('.');
  return path
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A path with further names at its end: with dots, or as a JSON pointer where a name has dots or slashes. */
export function joinClaimPath(path: string, names: readonly string[]): string {
  if (names.length === 0) return path;
  const isDotted = !path.startsWith('/') && names.every((name) => /^[^./]+$/.test(name));
  return isDotted ? [path, ...names].join('.') : claimPointer([...claimPath(path), ...names]);
}

/** Names as a path, whatever characters they have. RFC 6901 section 3. */
export function claimPointer(names: readonly string[]): string {
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function ownValue(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The scopes of a claim: a text with spaces between them, or a list of texts; null for anything else. */
export function scopesOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return value.split(/\s+/).filter((scope) => scope !== '');
  if (!Array.isArray(value)) return null;
  const scopes = value.filter((scope) => typeof scope === 'string');
  return scopes.length === value.length ? scopes : null;
}

/** Leaves a text as it is: for values of the configuration, which are ours. */
export const asIs: Cleaner = (text) => text;

/**
 * A cleaner that leaves alone what equals something of ours.
 *
 * A token that names our own audience is shown with that audience, character by character; any
 * other text in it is the provider's.
 */
export function exceptOurs(clean: Cleaner, ours: readonly string[]): Cleaner {
  return (text) => (ours.includes(text) ? text : clean(text));
}

const MAX_DEPTH = 4;
const MAX_ITEMS = 20;
/** Bounds the whole: a value with more parts ends in `…`. */
const MAX_PARTS = 100;
/** A backstop: the cleaner cuts texts to less. */
const MAX_TEXT_LENGTH = 400;
const CUT = '…';

/**
 * Gives a JSON value that is safe to show: cleaned texts, bounded in depth, width and size.
 *
 * Whatever looks like a JSON Web Token is redacted here too, should the cleaner not know it.
 */
export function showValue(value: unknown, clean: Cleaner): unknown {
  let parts = 0;

  const show = (part: unknown, depth: number): unknown => {
    parts += 1;
    if (parts > MAX_PARTS) return CUT;
    if (typeof part === 'string') return showText(part, clean);
    // JSON knows neither infinity nor a negative zero: what is shown reads back as it is.
    if (typeof part === 'number') return Number.isFinite(part) ? part + 0 : String(part);
    if (typeof part === 'boolean') return part;
    if (typeof part !== 'object' || part === null) return null;
    if (depth === MAX_DEPTH) return CUT;
    return Array.isArray(part) ? showItems(part, depth) : showMembers(part, depth);
  };
  const showItems = (items: readonly unknown[], depth: number): unknown => {
    const shown = items.slice(0, MAX_ITEMS).map((item) => show(item, depth + 1));
    return items.length > MAX_ITEMS ? [...shown, CUT] : shown;
  };
  const showMembers = (members: object, depth: number): unknown => {
    const entries = Object.entries(members);
    const shown = entries
      .slice(0, MAX_ITEMS)
      .map(([name, member]) => [showText(name, clean), show(member, depth + 1)] as const);
    // fromEntries defines own properties, a name of `__proto__` included.
    return Object.fromEntries(entries.length > MAX_ITEMS ? [...shown, [CUT, CUT]] : shown);
  };

  return show(value, 0);
}

/** A value as one line for a sentence: `"text"`, `86400`, `["a","b"]`, or `nothing` where there is none. */
export function quoteValue(value: unknown, clean: Cleaner): string {
  if (value === undefined) return 'nothing';
  const shown = JSON.stringify(showValue(value, clean));
  return cut(shown);
}

function showText(text: string, clean: Cleaner): string {
  const cleaned = clean(text).replaceAll(/eyJ[\w-]{5,}(?:\.[\w-]*)*/g, '[token]');
  return cut(cleaned);
}

/** Cuts on code points, so that no half of a pair is left. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const points = [...text.slice(0, 2 * MAX_TEXT_LENGTH)];
  return `${points.slice(0, MAX_TEXT_LENGTH).join('')}${CUT}`;
}

/**
 * The audiences that the token request asks for; empty where it names none.
 *
 * Resource indicators count where no audience is configured: they ask for the same. RFC 8707 section 2.
 */
export function sentAudience({ audience, resource }: Application): readonly string[] {
  return audience.length > 0 ? audience : resource;
}

/** What is known of a claim, whoever issued it. */
interface KnownClaim {
  readonly name: string;
  /** A time in seconds since the epoch. RFC 7519 section 2, NumericDate. */
  readonly isTime?: true;
  /** It differs between any two tokens of one application. */
  readonly isVolatile?: true;
}

/** The claims that are known by name, in the order in which a person looks for them. */
export const KNOWN_CLAIMS: readonly KnownClaim[] = [
  { name: 'iss' },
  { name: 'aud' },
  { name: 'azp' },
  { name: 'client_id' },
  { name: 'cid' },
  { name: 'appid' },
  { name: 'sub' },
  { name: 'org_code' },
  { name: 'org_id' },
  { name: 'scope' },
  { name: 'scp' },
  { name: 'gty' },
  { name: 'iat', isTime: true, isVolatile: true },
  { name: 'nbf', isTime: true, isVolatile: true },
  { name: 'exp', isTime: true, isVolatile: true },
  { name: 'jti', isVolatile: true },
  { name: 'auth_time', isTime: true, isVolatile: true },
  { name: 'updated_at', isTime: true },
  { name: 'uti', isVolatile: true },
  { name: 'rh', isVolatile: true },
];

/** What is known of a claim by its name; undefined where nothing is. */
export function knownClaim(name: string): KnownClaim | undefined {
  return KNOWN_CLAIMS.find((claim) => claim.name === name);
}
