// Reads the JSON object in a body without ever touching its prototype.

/** The top level of a JSON body. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What a body is, as JSON. */
export type JsonBody =
  | { readonly kind: 'object'; readonly value: JsonObject }
  /** Valid JSON, and an array, a text, a number, a boolean or null at its top. */
  | { readonly kind: 'not-object' }
  | { readonly kind: 'not-json' };

/**
 * Parses a body as JSON; total.
 *
 * A byte order mark is dropped (RFC 8259 section 8.1 lets a parser ignore it). Of two fields of one
 * name the last counts, as for every caller that uses `JSON.parse`. The content type is not asked:
 * providers that send JSON as `text/plain` are understood by their callers too.
 */
export function parseJsonBody(body: string): JsonBody {
  const text = body.startsWith('\uFEFF') ? body.slice(1) : body;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { kind: 'not-json' };
  }
  return isJsonObject(parsed) ? { kind: 'object', value: parsed } : { kind: 'not-object' };
}

/** Whether a parsed JSON value is an object, which an array is not. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of the object itself, never of its prototype; undefined where there is none. */
export function ownField(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** A field of the object itself that is a text with something in it; else null. */
export function ownText(object: JsonObject, name: string): string | null {
  const value = ownField(object, name);
  return typeof value === 'string' && value !== '' ? value : null;
}
