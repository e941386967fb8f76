// Finds client id and secret in a text that a source holds: a JSON object of both, or the secret alone.

import type { CredentialFields } from '../../core/config/secret-places.ts';

/** What a text holds; `problem` is one line that quotes nothing of its values. */
export type CredentialsInText =
  | { readonly kind: 'pair'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Names of this shape are shown; others might be something that was put in the wrong place. */
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,39}$/;

/**
 * Reads client id and secret from a text, changing no character of either.
 *
 * A text that is no JSON object is the secret alone, which only a literal `clientId` allows.
 */
export function credentialsFromText({
  text,
  fields,
  clientId,
}: {
  readonly text: string;
  readonly fields: CredentialFields;
  readonly clientId: string | null;
}): CredentialsInText {
  if (text === '') return malformed('is empty');
  const object = jsonObject(text);
  if (object === null) {
    return clientId === null
      ? malformed(
          `is no JSON object with the fields \`${fields.clientId}\` and \`${fields.clientSecret}\`; a secret alone needs a literal clientId in the configuration`,
        )
      : { kind: 'pair', clientId, clientSecret: text };
  }
  const wanted = clientId === null ? [fields.clientId, fields.clientSecret] : [fields.clientSecret];
  const problems = wanted.flatMap((field) => fieldProblem(object, field) ?? []);
  if (problems.length > 0) return malformed(problems.join('; '));
  const named = object[fields.clientId];
  if (clientId !== null && typeof named === 'string' && named !== clientId) {
    return malformed(
      `holds another client id in \`${fields.clientId}\` than the configuration's clientId`,
    );
  }
  // Both were found to be texts above, or the literal one stands in.
  const clientSecret = object[fields.clientSecret] as string;
  return { kind: 'pair', clientId: clientId ?? (named as string), clientSecret };
}

function fieldProblem(object: Readonly<Record<string, unknown>>, field: string): string | null {
  if (!Object.hasOwn(object, field)) {
    return `has no field \`${field}\`; ${fieldNames(Object.keys(object))}`;
  }
  const value = object[field];
  if (typeof value !== 'string') return `field \`${field}\` is no text`;
  return value === '' ? `field \`${field}\` is empty` : null;
}

function fieldNames(names: readonly string[]): string {
  const plain = names.filter((name) => PLAIN_NAME.test(name)).slice(0, 10);
  const others = names.length - plain.length;
  const shownNames = plain.map((name) => `\`${name}\``);
  const parts =
    others > 0 ? [...shownNames, `${others} other${others > 1 ? 's' : ''}`] : shownNames;
  return parts.length === 0 ? 'it has none' : `it has ${parts.join(', ')}`;
}

/** The JSON object that a text is; null where it is none. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

function malformed(problem: string): CredentialsInText {
  return { kind: 'malformed', problem };
}
