// Last stop before the exposition format of Prometheus: a text stays one value of one line.

/**
 * Makes a text safe as the value of a label; control characters are dropped.
 *
 * Prometheus, "Exposition formats": a backslash, a double quote and a line feed are escaped, and the
 * rest is UTF-8 as it stands.
 */
export function escapeLabelValue(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replace(/\p{Cc}/gu, '');
}
