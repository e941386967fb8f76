/** The object identifiers that a certificate of the stand-in uses, as DER. RFC 5280, RFC 5758. */
export const OIDS = {
  ecdsaWithSha256: Buffer.from('06082a8648ce3d040302', 'hex'),
  commonName: Buffer.from('0603550403', 'hex'),
  subjectAltName: Buffer.from('0603551d11', 'hex'),
  basicConstraints: Buffer.from('0603551d13', 'hex'),
} as const;

/** One DER value: tag, length, content (less than 64 KiB). X.690 section 8.1. */
export function derBytes(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

/** A SEQUENCE of DER values. */
export function derSequence(...parts: readonly Buffer[]): Buffer {
  return derBytes(0x30, Buffer.concat(parts));
}

/** An explicitly tagged value, such as `[0] EXPLICIT`. */
export function derContext(number: number, content: Buffer): Buffer {
  return derBytes(0xa0 + number, content);
}

/** A UTF8String. */
export function derText(text: string): Buffer {
  return derBytes(0x0c, Buffer.from(text));
}

/** A BIT STRING of whole bytes. */
export function derBits(content: Buffer): Buffer {
  return derBytes(0x03, Buffer.concat([Buffer.from([0]), content]));
}

/** A GeneralizedTime to the second; `atMs` is milliseconds since 1970. */
export function derTime(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return derBytes(0x18, Buffer.from(digits.replaceAll(/[-:T]/g, '')));
}
