// Under the claims comparison and the report: finds values in a claims set, whatever shape they have.

import type { Claims } from '../evidence/evidence.ts';

/** Where granted scopes were found, and what they are; null where the claim is not of a scope's form. */
export interface GrantedScopes {
  readonly claim: string;
  readonly scopes: readonly string[] | null;
}

/**
 * Reads the value at a path of a claims set; undefined where there is none.
 *
 * A path is a claim name, names joined by dots, or a JSON pointer (RFC 6901) where a name has dots
 * in it. Only own properties count, so that `__proto__` and `constructor` are names like any other.
 */
export function readClaim(claims: Claims, path: string): unknown {
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

function ownValue(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function scopesOf(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return value.split(/\s+/).filter((scope) => scope !== '');
  if (!Array.isArray(value)) return null;
  const scopes = value.filter((scope) => typeof scope === 'string');
  return scopes.length === value.length ? scopes : null;
}
