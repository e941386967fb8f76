/** The ways in which a peer may give back a secret, or a token, that it was sent. */
export const ECHO_ENCODINGS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (secret) =>
    encodeURIComponent(secret).replace(/%../g, (byte) => byte.toLowerCase()),
  'percent-encoded, every byte': (secret) =>
    Array.from(Buffer.from(secret), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'percent-encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'form-encoded': formEncoded,
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64, one byte later': (secret) => Buffer.from(`:${secret}`).toString('base64'),
  'base64, two bytes later': (secret) => Buffer.from(`a:${secret}.`).toString('base64'),
  base64url: (secret) => Buffer.from(`abc:${secret}`).toString('base64url'),
  'a Basic header': (secret) =>
    `Authorization: Basic ${Buffer.from(`client:${formEncoded(secret)}`).toString('base64')}`,
  'HTML entities': (secret) =>
    secret.replace(/[^a-z0-9]/gi, (character) => `&#${character.codePointAt(0)};`),
  'hexadecimal HTML entities': (secret) =>
    Array.from(secret, (character) => `&#x${character.codePointAt(0)?.toString(16)};`).join(''),
  'JSON escapes': (secret) =>
    secret.replace(
      /[^a-z0-9]/gi,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  hexadecimal: (secret) => Buffer.from(secret).toString('hex'),
  'as UTF-8 that is read as Latin-1': (secret) => Buffer.from(secret).toString('latin1'),
  'upper case': (secret) => secret.toUpperCase(),
  'with invisible characters in it': (secret) => [...secret].join('\u200b'),
  'after a text as long as texts may be shown': (secret) => `${'x'.repeat(290)} ${secret}`,
};

/** Further ways, which are rarer. */
const RARE_ENCODINGS: Readonly<Record<string, (secret: string) => string>> = {
  'without its first character': (secret) => secret.slice(1),
  'without its last character': (secret) => secret.slice(0, -1),
  'its second half': (secret) => secret.slice(Math.floor(secret.length / 2) - 2),
  'hexadecimal with colons': (secret) => bytesOf(secret, 16, 2).join(':').toUpperCase(),
  'a list of hexadecimal numbers': (secret) =>
    bytesOf(secret, 16, 2)
      .map((byte) => `0x${byte}`)
      .join(', '),
  'a list of bytes': (secret) => JSON.stringify([...Buffer.from(secret)]),
  'a buffer in JSON': (secret) => JSON.stringify(Buffer.from(secret)),
  'a typed array in JSON': (secret) => JSON.stringify(Uint8Array.from(Buffer.from(secret))),
  'octal escapes': (secret) =>
    bytesOf(secret, 8, 3)
      .map((byte) => `\\${byte}`)
      .join(''),
  'a list of octal numbers': (secret) => bytesOf(secret, 8, 3).join(' '),
  'binary digits': (secret) => bytesOf(secret, 2, 8).join(' '),
  'escapes of bytes': (secret) =>
    bytesOf(secret, 16, 2)
      .map((byte) => `\\x${byte}`)
      .join(''),
  'escapes of code points': (secret) =>
    Array.from(secret, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`).join(''),
  'names of code points': (secret) =>
    Array.from(
      secret,
      (character) => `U+${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ).join(' '),
  'base64 twice': (secret) => base64(base64(secret)),
  'base64 of hexadecimal': (secret) => base64(Buffer.from(secret).toString('hex')),
  'hexadecimal of base64': (secret) => Buffer.from(base64(secret)).toString('hex'),
  'base64 of a percent-encoded text': (secret) => base64(`x=${encodeURIComponent(secret)}`),
  'percent-encoded base64': (secret) => encodeURIComponent(base64(`a:${secret}`)),
  'base64 of JSON': (secret) => base64(JSON.stringify({ client_secret: secret })),
  'wrapped base64': (secret) => base64(secret).replace(/(.{20})/g, '$1\r\n '),
  'base64 in small groups': (secret) => base64(secret).replace(/(.{4})/g, '$1 '),
  'base64 right behind a word': (secret) => `secretis${base64(secret)}ok`,
  'UTF-16 in base64': (secret) => Buffer.from(secret, 'utf16le').toString('base64'),
  'UTF-16 in hexadecimal': (secret) => Buffer.from(secret, 'utf16le').swap16().toString('hex'),
  'UTF-16 as it is': (secret) => Buffer.from(secret, 'utf16le').toString('latin1'),
  base32: (secret) => base32(secret),
  'base32 in small letters': (secret) => base32(secret).toLowerCase(),
  'quoted-printable': (secret) =>
    bytesOf(secret, 16, 2)
      .map((byte) => `=${byte.toUpperCase()}`)
      .join(''),
  'a part of a token': (secret) =>
    `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ s: secret })).toString('base64url')}.`,
  'full-width': (secret) =>
    secret.replace(/[!-~]/g, (character) =>
      String.fromCharCode(character.charCodeAt(0) - 0x21 + 0xff01),
    ),
  'mathematical letters': (secret) =>
    secret.replace(/[a-z]/g, (letter) =>
      String.fromCodePoint(letter.charCodeAt(0) - 0x61 + 0x1d41a),
    ),
  'with soft hyphens': (secret) => [...secret].join('\u00ad'),
  'with combining marks': (secret) => [...secret].join('\u0301'),
  'with spaces': (secret) => [...secret].join(' '),
  'with dashes between groups': (secret) => secret.replace(/(.{4})/g, '$1-'),
  'with quotes doubled': (secret) => secret.replaceAll('"', '""').replaceAll("'", "''"),
  'with one character changed in the middle': (secret) => {
    const middle = Math.floor(secret.length / 2);
    return `${secret.slice(0, middle)}?${secret.slice(middle + 1)}`;
  },
};

/** All of them. */
export const ALL_ENCODINGS = { ...ECHO_ENCODINGS, ...RARE_ENCODINGS };

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function bytesOf(text: string, base: number, digits: number): readonly string[] {
  return Array.from(Buffer.from(text), (byte) => byte.toString(base).padStart(digits, '0'));
}

/** RFC 4648 section 6. */
function base32(text: string): string {
  const bits = bytesOf(text, 2, 8).join('');
  const padded = bits.padEnd(Math.ceil(bits.length / 5) * 5, '0');
  return padded.replace(/.{5}/g, (five) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(five, 2)),
  );
}
