// Used by every step that touches a credential or a token: the value travels, its text does not.

const MASK = '[secret]';

/**
 * A value that never prints itself: every road to text gives `[secret]`.
 *
 * `String()`, template literals, `JSON.stringify` and Node's inspection all meet the mask; only
 * {@link Secret.reveal} gives the value, so each place that uses it can be found by name.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself, for the one line that sends, verifies or hashes it. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
