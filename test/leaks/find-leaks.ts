/** How often an encoding may have been laid over another. */
const MAX_LAYERS = 2;

/** Fewer characters in a row than this are no leak: they occur by chance. */
const MIN_FRAGMENT_LENGTH = 8;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * Says which parts of secrets a text holds, in whatever encoding; empty where it holds none.
 *
 * It decodes the text in every way instead of encoding the secret, so that it shares no thought
 * with the redaction that it tests. White space and case do not count; each half of a secret is
 * looked for by itself.
 */
export function findLeaks(text: string, secrets: readonly string[]): readonly string[] {
  const readings = [...readingsOf(text)].map(squash);
  return secrets
    .flatMap(halves)
    .filter((fragment) => readings.some((reading) => reading.includes(fragment)));
}

function halves(secret: string): readonly string[] {
  const squashed = squash(secret);
  const middle = Math.ceil(squashed.length / 2);
  if (squashed.length - middle < MIN_FRAGMENT_LENGTH) {
    throw new Error('the secret is too short to be distinguished from other text');
  }
  return [squashed.slice(0, middle), squashed.slice(middle)];
}

/** Without marks, width, white space and what does not show; a Latin letter with a mark stays itself in the end. */
function squash(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\s\p{M}\p{Cf}\0]+/gu, '')
    .toLowerCase();
}

/** The text, and what it decodes to, layer by layer. */
function readingsOf(text: string): ReadonlySet<string> {
  const readings = new Set([text, text.replace(/\s+/g, '')]);
  let layer: readonly string[] = [...readings];
  for (let depth = 0; depth < MAX_LAYERS; depth += 1) {
    layer = [...new Set(layer.flatMap(decodings))].filter((reading) => !readings.has(reading));
    for (const reading of layer) readings.add(reading);
  }
  return readings;
}

function decodings(text: string): readonly string[] {
  const numbers = text.match(/\d+/g) ?? [];
  const everySecond = [0, 1].map((phase) => numbers.filter((_, index) => index % 2 === phase));
  return [
    percentDecoded(text),
    percentDecoded(text.replaceAll('+', ' ')),
    text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot|apos));?/gi, (_, decimal, hex, name) =>
      name === undefined
        ? character(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
        : (ENTITIES[String(name).toLowerCase()] ?? ''),
    ),
    text.replace(/(?:\\+u|u\+)(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))/gi, (_, long, short) =>
      character(Number.parseInt(long ?? short, 16)),
    ),
    text.replace(/(?:\\x[0-9a-f]{2})+/gi, (run) => fromHex(run.replaceAll('\\x', ''))),
    text.replace(/(?:=[0-9a-f]{2})+/gi, (run) => fromHex(run.replaceAll('=', ''))),
    text.replace(/(?:\\[0-3][0-7]{2})+/g, (run) => fromNumbers(run.slice(1).split('\\'), 8)),
    text.replace(/\\([^u])/g, '$1'),
    text.replace(/\\[nrt]/g, ' '),
    text.replaceAll('""', '"').replaceAll("''", "'"),
    text.replace(/(.{4})-/g, '$1'),
    Buffer.from(text, 'latin1').toString(),
    ...[numbers, ...everySecond].flatMap((list) => [
      printable(fromNumbers(list, 10)),
      printable(fromNumbers(list, 8)),
    ]),
    printable(fromNumbers(text.match(/[01]{8}/g) ?? [], 2)),
    ...['hex', 'base64'].flatMap((encoding) => packed(text, encoding as 'hex' | 'base64')),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((phase) => printable(fromBase32(text, phase))),
  ];
}

/** The bytes of all digits of a text, whatever stands between them, and of each run of them. */
function packed(text: string, encoding: 'hex' | 'base64'): readonly string[] {
  const noDigits = encoding === 'hex' ? /0x|[^0-9a-f]/gi : /[^A-Za-z0-9+/_-]/g;
  const runs = encoding === 'hex' ? /(?:[0-9a-f]{2}){8,}/gi : /[A-Za-z0-9+/_-]{10,}/g;
  const phases = encoding === 'hex' ? [0, 1] : [0, 1, 2, 3];
  const all = text.replace(noDigits, '');
  return phases.flatMap((phase) => [
    printable(Buffer.from(all.slice(phase), encoding).toString()),
    printable(
      Array.from(text.matchAll(runs), ([run]) =>
        Buffer.from(run.slice(phase), encoding).toString(),
      ).join('\n'),
    ),
  ]);
}

/** What of bytes is a text; the rest came out by chance. */
function printable(text: string): string {
  return (text.replaceAll('\0', '').match(/[^\p{Cc}\ufffd]{6,}/gu) ?? []).join('\n');
}

function fromHex(digits: string): string {
  return Buffer.from(digits, 'hex').toString();
}

function fromNumbers(numbers: readonly string[], base: number): string {
  const bytes = numbers.map((number) => Number.parseInt(number, base));
  return Buffer.from(bytes.map((byte) => (byte <= 255 ? byte : 1))).toString();
}

/** RFC 4648 section 6. */
function fromBase32(text: string, phase: number): string {
  const runs = text.match(/[A-Z2-7]{10,}|[a-z2-7]{10,}/g) ?? [];
  return runs
    .map((run) => {
      const bits = Array.from(run.slice(phase).toUpperCase(), (digit) =>
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0'),
      ).join('');
      return fromNumbers(bits.match(/[01]{8}/g) ?? [], 2);
    })
    .join('\n');
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  );
}

function character(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '';
}
