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

function squash(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\u200b-\u200f]+/gu, '')
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
  return [
    percentDecoded(text),
    percentDecoded(text.replaceAll('+', ' ')),
    text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot|apos));?/gi, (_, decimal, hex, name) =>
      name === undefined
        ? character(decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal))
        : (ENTITIES[String(name).toLowerCase()] ?? ''),
    ),
    text.replace(/\\+u(?:\{([0-9a-f]{1,6})\}|([0-9a-f]{4}))/gi, (_, long, short) =>
      character(Number.parseInt(long ?? short, 16)),
    ),
    text.replace(/\\([^u])/g, '$1'),
    Buffer.from(text, 'latin1').toString(),
    bytesIn(text, /(?:[0-9a-f]{2}){8,}/gi, 'hex'),
    ...[0, 1, 2, 3].map((offset) => bytesIn(text, /[A-Za-z0-9+/_-]{10,}/g, 'base64', offset)),
  ];
}

function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  );
}

/** Everything in a text that decodes to bytes, one run after another. */
function bytesIn(text: string, runs: RegExp, encoding: 'hex' | 'base64', offset = 0): string {
  return Array.from(text.matchAll(runs), ([run]) =>
    Buffer.from(run.slice(offset), encoding).toString(),
  ).join('\n');
}

function character(codePoint: number): string {
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '';
}
