// Finds secrets that are too short for fingerprints, as whole words.

import { foldText } from './fold-text.ts';
import { formsOfShort } from './secret-forms.ts';
import type { View } from './views.ts';

/** One way to write a short secret. */
interface Spelling {
  /** Folded, punctuation included. */
  readonly text: string;
  /** Whether it counts as a whole word alone: anything short is a part of other words. */
  readonly isWord: boolean;
}

/** A secret of fewer characters is found only as a whole word: it may be part of any other. */
export const MIN_REDACTED_INSIDE = 8;

const WORD_CHARACTER = /[\p{L}\p{N}]/u;

/**
 * Secrets of fewer than eight characters; `validate --credentials` warns of them.
 *
 * They are found as whole words, in base64 anywhere, and in hexadecimal.
 */
export class ShortSecrets {
  readonly #spellings = new Map<string, Spelling>();

  get isEmpty(): boolean {
    return this.#spellings.size === 0;
  }

  learn(value: string): void {
    for (const form of formsOfShort(value)) {
      const text = folded(form.text);
      const isWord = !form.isPacked && text.length < MIN_REDACTED_INSIDE;
      if (text !== '') this.#spellings.set(text, { text, isWord });
    }
  }

  /** Where in a view one of them stands, both ends included. */
  find({ text }: View): readonly { readonly first: number; readonly last: number }[] {
    if (this.isEmpty) return [];
    const { units, at, length } = foldText(text, 'all');
    const whole = String.fromCharCode(...units.subarray(0, length));
    const found: { readonly first: number; readonly last: number }[] = [];
    for (const { text: spelling, isWord } of this.#spellings.values()) {
      for (
        let from = whole.indexOf(spelling);
        from >= 0;
        from = whole.indexOf(spelling, from + 1)
      ) {
        const first = Number(at[from]);
        const last = Number(at[from + spelling.length - 1]);
        if (!isWord || isWholeWord(text, first, last)) found.push({ first, last });
      }
    }
    return found;
  }
}

function isWholeWord(text: string, first: number, last: number): boolean {
  return (
    !WORD_CHARACTER.test(text.charAt(first - 1)) && !WORD_CHARACTER.test(text.charAt(last + 1))
  );
}

function folded(text: string): string {
  const { units, length } = foldText(text, 'all');
  return String.fromCharCode(...units.subarray(0, length));
}
