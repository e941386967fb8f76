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

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
