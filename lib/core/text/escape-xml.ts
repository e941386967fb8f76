// Last stop before an XML document: whatever a text holds, it stays text, and every reader takes the document.

/**
 * Code points that XML 1.0 does not allow at all, also not as a reference, and those that no text has.
 *
 * Extensible Markup Language 1.0 section 2.2: `Char`, and the note on what authors should avoid.
 */
const NOT_XML =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** Makes a text safe as the value of an attribute, line breaks kept. XML 1.0 sections 2.4 and 3.3.3. */
export function escapeXmlAttribute(text: string): string {
  return (
    escapeXmlText(text)
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
      // Where these stand bare, a reader makes spaces of them.
      .replaceAll('\t', '&#9;')
      .replaceAll('\n', '&#10;')
  );
}

/** Makes a text safe between two tags. XML 1.0 sections 2.4 and 2.11. */
export function escapeXmlText(text: string): string {
  return (
    text
      .replace(NOT_XML, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      // Of `]]>` too, which may not stand in text.
      .replaceAll('>', '&gt;')
      // A reader makes a line feed of a bare one.
      .replaceAll('\r', '&#13;')
  );
}
