// Lets interim replies pass that undici would end a connection for.

/** What every head begins with; a digit and a space follow, then the three digits of the status. */
const BEGINNING = Buffer.from('HTTP/1.');
const STATUS_AT = BEGINNING.length + 2;

const ZERO = 0x30;
const ONE = 0x31;
const TWO = 0x32;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads along in the answer to one request, and makes `102 Processing` of each `100 Continue` before it.
 *
 * A client must take a 100 that it did not ask for, and undici takes it for a fault; both statuses say that the
 * answer is still to come. RFC 9110 section 15.2. Bytes are changed where they are, wherever they were cut.
 */
export class InterimReplies {
  /** How many bytes of a status line were read; null while nothing is looked at. */
  #read: number | null = null;
  #status = 0;
  #isLineEmpty = false;

  /** Looks at what comes from now on, until the head that counts. */
  expectAnswer(): void {
    this.#read = 0;
  }

  /** Looks at the next bytes. */
  pass(bytes: Buffer): void {
    for (let at = 0; at < bytes.length && this.#read !== null; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.#read < STATUS_AT + 3) {
        if (this.#isContinue(byte, this.#read)) bytes[at] = TWO;
      } else if (byte === LINE_FEED) {
        // The next head follows an empty line.
        this.#read = this.#isLineEmpty ? 0 : this.#read;
        this.#isLineEmpty = true;
      } else if (byte !== CARRIAGE_RETURN) {
        this.#isLineEmpty = false;
      }
    }
  }

  /** Takes a byte of a status line; whether it is the last digit of a 100. */
  #isContinue(byte: number, place: number): boolean {
    const digit = place - STATUS_AT;
    this.#read = place + 1;
    this.#isLineEmpty = false;
    if (digit < 0) {
      if (place < BEGINNING.length && byte !== BEGINNING[place]) this.#read = null;
      return false;
    }
    this.#status = digit === 0 ? byte - ZERO : this.#status * 10 + byte - ZERO;
    // A final status: the rest is no longer looked at.
    if (digit === 0 && byte !== ONE) this.#read = null;
    return digit === 2 && this.#status === 100;
  }
}
