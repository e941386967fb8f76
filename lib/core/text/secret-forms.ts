// The ways to write a secret that a text is not decoded from, since decoding would not give it back.

import type { Fold } from './fold-text.ts';

/** One way to write a short secret. */
export interface SecretForm {
  readonly text: string;
  /** Base64, whose first and last characters share bits with what stands beside the secret. */
  readonly isPacked: boolean;
}

/** Fewer characters of base64 than this stand in any word. */
const MIN_BASE64_LENGTH = 4;

const UTF_8 = new TextEncoder();

/**
 * What a secret is looked for as: itself; beyond ASCII also its UTF-8, read as Latin-1.
 *
 * Where punctuation counts, also as forms change spaces and plus signs, and in the alphabet for URLs
 * (RFC 4648 section 5).
 */
export function formsOf(value: string, fold: Fold): readonly string[] {
  const isPlain = /^[\x20-\x7e]*$/.test(value);
  if (isPlain && fold === 'letters') return [value];
  const spelled = [
    value.replaceAll('+', ' '),
    value.replaceAll(' ', '+'),
    value.replaceAll('+', '-').replaceAll('/', '_'),
  ];
  return [...new Set([value, inLatin1(value), ...(fold === 'all' ? spelled : [])])];
}

/** What a short secret is looked for as: also in base64 and hexadecimal, since it is too short to be decoded. */
export function formsOfShort(value: string): readonly SecretForm[] {
  const plain = [...formsOf(value, 'all'), hexadecimal(value)];
  const halves = [value, new URLSearchParams([['', value]]).toString().slice(1)];
  return [
    ...plain.map((text) => ({ text, isPacked: false })),
    // As in a Basic header, whose halves may be form-encoded or percent-encoded. RFC 6749 section 2.3.1
    ...[...halves, encodeURIComponent(value)].flatMap(base64Forms),
  ];
}

function inLatin1(value: string): string {
  return String.fromCharCode(...UTF_8.encode(value));
}

function hexadecimal(value: string): string {
  return Array.from(UTF_8.encode(value), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Its base64 after any number of other bytes, without the characters that hold bits of those. */
function base64Forms(value: string): readonly SecretForm[] {
  const bytes = inLatin1(value);
  return [0, 1, 2].flatMap((before) => {
    const all = btoa('\0'.repeat(before) + bytes);
    const first = Math.ceil((before * 8) / 6);
    const standard = all.slice(first, Math.floor(((before + bytes.length) * 8) / 6));
    if (standard.length < MIN_BASE64_LENGTH) return [];
    const forUrls = standard.replaceAll('+', '-').replaceAll('/', '_');
    return [...new Set([standard, forUrls])].map((text) => ({ text, isPacked: true }));
  });
}
