// What the schema of the configuration is made of: the kinds of values that its fields have.

import * as z from 'zod';
import { looksLikeSecret } from '../text/secret-shapes.ts';
import { NAME_PATTERN } from './quoting.ts';
import { httpUrl, issuerProblem, urlProblem, urlSecretProblem } from './urls.ts';

/** What an empty text is answered with. */
const EMPTY = 'is empty: write a value, or remove the line';

/** What is said where a text may be a secret itself. */
export const SECRET_ITSELF =
  'looks like a secret, and there is no place for one here: remove it; a secret stays where it is kept, and `credentials`, `call.headers` or `tokenParameters` name that place';

/** What is wrong with a text that is, or holds, what looks like a secret; null where it does not. */
export function secretProblem(value: string): string | null {
  const address = httpUrl(value);
  if (address !== null) return urlSecretProblem(address);
  return looksLikeSecret(value) ? SECRET_ITSELF : null;
}

/** A text of one line that is not empty, and no secret. */
export function text(empty: string = EMPTY) {
  return publicText(secretProblem, empty);
}

/** The same of what may be random without being a secret, which `problemOf` judges. */
export function publicText(problemOf: (value: string) => string | null, empty: string = EMPTY) {
  return z
    .string()
    .min(1, { error: empty })
    .superRefine(noted(problemOf))
    .refine((value) => !/\p{Cc}/u.test(value), {
      error: 'must be one line without control characters',
    });
}

/** A text of a pattern; `error` says what is wanted. */
export function textLike(
  pattern: RegExp,
  error: string,
  problemOf: (value: string) => string | null = secretProblem,
) {
  return z
    .string()
    .min(1, { error: EMPTY })
    .superRefine(noted(problemOf))
    .regex(pattern, { error });
}

function noted(problemOf: (value: string) => string | null) {
  return (value: string, context: z.core.$RefinementCtx): void => {
    const message = problemOf(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  };
}

/** A key whose value is text, as data: tables of keys are read where the schema library is not. */
export interface TextKey {
  readonly description: string;
  readonly example: string;
  /** Absent: any text of one line. */
  readonly form?: { readonly pattern: RegExp; readonly error: string };
}

/** The schema of such a key, without its description. */
export function textOfForm(
  { form }: Pick<TextKey, 'form'>,
  problemOf: (value: string) => string | null,
) {
  return form === undefined ? publicText(problemOf) : textLike(form.pattern, form.error, problemOf);
}

/** A name: lower-case letters, digits and hyphens, 1 to 63. */
export function name() {
  return textLike(
    NAME_PATTERN,
    'must be a name: lower-case letters, digits and hyphens, at most 63, no hyphen first',
  );
}

/** An absolute http or https URL without credentials; whether http is allowed is checked across fields. */
export function url() {
  return addressed(urlProblem);
}

/** An https URL without credentials. */
export function httpsUrl() {
  return addressed((value) => {
    const problem = urlProblem(value);
    return problem === null && !/^https:/i.test(value) ? 'must begin with https:' : problem;
  });
}

/** An issuer: a URL without query and fragment. */
export function issuer() {
  return addressed(issuerProblem);
}

/** A whole number within bounds. */
export function wholeNumber(bounds: { readonly atLeast: number; readonly atMost: number }) {
  return z.int().min(bounds.atLeast).max(bounds.atMost);
}

/** A list in which nothing stands twice. */
export function distinctList<Item extends z.ZodType<string | number>>(item: Item) {
  return z.array(item).superRefine(
    (items, context) => {
      const before = new Set<unknown>();
      for (const [index, value] of items.entries()) {
        if (value === undefined || before.size < before.add(value).size) continue;
        context.addIssue({ code: 'custom', path: [index], message: 'stands twice: remove one' });
      }
    },
    // Also beside an entry that is wrong by itself, so that all problems are found at once.
    { when: ({ value }) => Array.isArray(value) },
  );
}

/** A list in which nothing stands twice, with one entry at least. */
export function filledList<Item extends z.ZodType<string | number>>(item: Item) {
  return distinctList(item).min(1, { error: 'is empty: name at least one, or remove the line' });
}

/** A field that may be absent; parsed to null then, so that the parsed form has every key. */
export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().transform((value) => value ?? null);
}

function addressed(problemOf: (value: string) => string | null) {
  return z.string().min(1, { error: EMPTY }).meta({ format: 'uri' }).superRefine(noted(problemOf));
}

/** A parsed value, read-only to its leaves; `unknown` and plain values stay as they are. */
export type ReadonlyDeep<T> = T extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T;
