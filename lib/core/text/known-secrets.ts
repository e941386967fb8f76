// Knows the secrets and tokens of a run, and finds them in a text however it spells them.

import type { Secret } from '../secret.ts';
import { decodeText } from './decode-text.ts';
import { Fingerprints, WINDOW } from './fingerprints.ts';
import { BREAK, type Fold, foldText } from './fold-text.ts';
import { E_MAIL, REDACTED, visibleText } from './provider-text.ts';
import { formsOf } from './secret-forms.ts';
import { packMark, runsOf } from './secret-runs.ts';
import { ShortSecrets } from './short-secrets.ts';
import { unescapeText } from './unescape-text.ts';
import { beginOf, endOf, MAX_VIEW_LENGTH, type View } from './views.ts';

/** A longer secret is a token: of it one piece in so many characters is known. */
const MAX_WHOLE_LENGTH = 128;
const SAMPLE_STEP = 32;
const SAMPLE = packMark({ needed: WINDOW, isPart: true, isInName: false });

/** So many characters of a secret in a row are no coincidence; of a shorter one half, but a piece at least. */
const ENOUGH = 12;

/** How often a text may be escaped, and how often packed in digits, one over the other. */
const MAX_ESCAPED = 4;
const MAX_PACKED = 3;

/** How much is read for a text, in characters for each of its own: more is made to cost time. */
const MAX_WORK = 2;
const FREE_WORK = 2048;

/** Of a smaller share of letters and digits than this punctuation counts, too. */
const MOSTLY_LETTERS = 0.75;

/** What every text of a refusal may say, and a poor secret, too. */
const WORDS: readonly string[] = [
  'client_secret_basic',
  'client_secret_post',
  'client secret',
  'client credentials',
  'access token',
  'invalid client secret',
  'password',
  'authorization',
  'authentication',
];

const LETTERS: readonly Fold[] = ['letters'];
const BOTH: readonly Fold[] = ['letters', 'all'];

/** What a run has read and was granted, for {@link KnownSecrets.redact}. */
export class KnownSecrets {
  readonly #pieces = new Fingerprints();
  readonly #names = new Fingerprints();
  readonly #wholeNames: ReadonlySet<string>;
  readonly #short = new ShortSecrets();
  /** How texts must be folded so that every secret is found. */
  readonly #folds = new Set<Fold>();
  #isBeyondAscii = false;

  /** `names` are configured names, addresses and scopes: what stands in them is no secret by itself. */
  constructor(names: Iterable<string> = []) {
    this.#wholeNames = new Set([...WORDS, ...names]);
    for (const name of this.#wholeNames) {
      for (const fold of BOTH) this.#names.add(foldText(name, fold), () => 1);
    }
  }

  /**
   * Adds a secret or a token; one that shows nothing is ignored.
   *
   * Kept are fingerprints of its pieces, and the value itself only if it has fewer than eight characters.
   */
  learn(secret: Secret): void {
    const value = secret.reveal();
    if (value.length > MAX_WHOLE_LENGTH) this.#learnToken(value);
    else this.#learnSecret(visibleText(value));
  }

  /**
   * Replaces what is known in a text by `[redacted]`; null where the text is made to cost too much time.
   *
   * It is looked for in what the text says and in what it decodes to: percent, quoted-printable, HTML
   * and JSON escapes, base64, base32, hexadecimal, lists of bytes and UTF-16, also one over the other. Case,
   * width, white space, marks and punctuation count for nothing, and either end may be missing. The time
   * is linear in the text, and the same however many secrets are known.
   */
  redact(text: string): string | null {
    // A report of a healthy application holds hardly anything but names.
    if (this.#isEmpty || this.#wholeNames.has(text)) return text;
    if (text.length > MAX_VIEW_LENGTH) return null;
    const search = {
      text,
      found: new Uint8Array(text.length),
      work: { left: text.length * MAX_WORK + FREE_WORK },
      packed: 0,
    };
    const view = { text: withoutMarks(text), origin: null, isPacked: false };
    return this.#search(view, search) ? withMarks(search) : null;
  }

  get #isEmpty(): boolean {
    return this.#folds.size === 0 && this.#short.isEmpty;
  }

  #learnSecret(value: string): void {
    this.#isBeyondAscii ||= !/^[\x20-\x7e]*$/.test(value);
    const all = foldText(value, 'all').length;
    if (all < WINDOW) return void this.#short.learn(value);
    const letters = foldText(value, 'letters').length;
    // What is nearly all letters is found by them, whatever a peer does to the rest.
    const kept = letters >= WINDOW && letters >= all * MOSTLY_LETTERS ? LETTERS : BOTH;
    for (const fold of kept) {
      for (const form of formsOf(value, fold)) this.#add(form, fold);
    }
  }

  /** Each part of it is long, so that samples are enough. */
  #learnToken(value: string): void {
    this.#folds.add('letters');
    this.#pieces.add(foldText(value, 'letters'), () => SAMPLE, SAMPLE_STEP);
  }

  #add(text: string, fold: Fold): void {
    this.#folds.add(fold);
    const folded = foldText(text, fold);
    const half = Math.ceil(folded.length / 2);
    const needed = Math.min(Math.max(half, WINDOW), ENOUGH);
    const inNames = new Set(this.#names.find(folded).map(({ last }) => last));
    this.#pieces.add(folded, (last) =>
      packMark({ needed, isPart: false, isInName: inNames.has(last) }),
    );
  }

  /** Marks what is found in a view and in all that it decodes to; false where it is too much work. */
  #search(view: View, search: Search): boolean {
    let layer = view;
    for (let escaped = 0; ; escaped += 1) {
      search.work.left -= layer.text.length;
      if (search.work.left < 0) return false;
      this.#mark(layer, search);
      const unescaped: View | null = escaped < MAX_ESCAPED ? unescapeText(layer) : null;
      if (unescaped === null) break;
      layer = unescaped;
    }
    // Digits are the same in all layers, but for those that are escaped themselves.
    const inner = { ...search, packed: search.packed + 1 };
    const decoded = search.packed < MAX_PACKED ? decodeText(layer, this.#isBeyondAscii) : [];
    return decoded.every((piece) => this.#search(piece, inner));
  }

  #mark(view: View, search: Search): void {
    for (const fold of this.#folds) {
      const folded = foldText(view.text, fold);
      for (const { first, last, isPart } of runsOf(this.#pieces.find(folded))) {
        const from = beginOf(view, Number(folded.at[first]));
        const to = endOf(view, Number(folded.at[last]));
        markFound(search, { from, to, isPart: isPart || view.isPacked });
      }
    }
    for (const { first, last } of this.#short.find(view)) {
      const [from, to] = [beginOf(view, first), endOf(view, last)];
      markFound(search, { from, to, isPart: view.isPacked });
    }
  }
}

/** The search of one text. */
interface Search {
  readonly text: string;
  /** For each unit of the text {@link FOUND} or {@link FOUND_PART} where it belongs to a secret, else 0. */
  readonly found: Uint8Array;
  readonly work: { left: number };
  readonly packed: number;
}

const FOUND = 1;
/** The characters beside it belong to the same secret. */
const FOUND_PART = 2;

/** What tokens and packed texts are made of. RFC 6750 section 2.1, and a percent sign where they are escaped. */
const TOKEN_CHARACTER = /[A-Za-z0-9\-._~+/%]/;

function markFound(
  { text, found }: Search,
  { from, to, isPart }: { readonly from: number; readonly to: number; readonly isPart: boolean },
): void {
  if (!isPart) {
    for (let at = from; at < to; at += 1) found[at] ||= FOUND;
    return;
  }
  let [start, end] = [from, to];
  while (found[start - 1] !== FOUND_PART && TOKEN_CHARACTER.test(text.charAt(start - 1)))
    start -= 1;
  while (found[end] !== FOUND_PART && TOKEN_CHARACTER.test(text.charAt(end))) end += 1;
  while (text.charAt(end) === '=') end += 1;
  found.fill(FOUND_PART, start, end);
}

/** Marks that were left before count as breaks, so that they are never found in. */
function withoutMarks(text: string): string {
  return [REDACTED, E_MAIL].reduce(
    (rest, mark) => rest.replaceAll(mark, BREAK.repeat(mark.length)),
    text,
  );
}

function withMarks({ text, found }: Search): string {
  let shown = '';
  let from = 0;
  for (let at = 0; at < text.length; ) {
    if (!found[at]) {
      at += 1;
      continue;
    }
    shown += text.slice(from, at) + REDACTED;
    while (found[at]) at += 1;
    from = at;
  }
  return from === 0 ? text : shown + text.slice(from);
}
