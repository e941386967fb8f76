/** An element of a document; `text` is what stands between its tags, those of its children aside. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** What XML 1.0 section 2.2 does not allow. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const REFERENCES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
const TAG = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/y;

/**
 * Reads a document of elements, attributes and text, as strictly as XML 1.0 asks and our own is written.
 *
 * @throws Error at the first thing that is not well-formed or that we do not write.
 */
export function readXml(document: string): XmlElement {
  if (FORBIDDEN.test(document)) throw new Error('a character that XML does not allow');
  const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(declaration)) throw new Error('no declaration');
  let at = declaration.length;

  function element(): XmlElement {
    const [isEnd, name, attributes, isEmpty] = tag();
    if (isEnd) throw new Error(`end of ${name} without its beginning`);
    const children: XmlElement[] = [];
    let text = '';
    while (!isEmpty) {
      const next = document.indexOf('<', at);
      if (next < 0) throw new Error(`${name} has no end`);
      const between = document.slice(at, next);
      if (between.includes(']]>')) throw new Error('the end of a CDATA section in text');
      text += plainText(between);
      at = next;
      if (document.startsWith('</', at)) {
        const [, endName] = tag();
        if (endName !== name) throw new Error(`${name} ends as ${endName}`);
        break;
      }
      children.push(element());
    }
    return { name, attributes, children, text };
  }

  function tag(): readonly [boolean, string, Readonly<Record<string, string>>, boolean] {
    TAG.lastIndex = at;
    const match = TAG.exec(document);
    if (match === null) throw new Error(`no tag at ${document.slice(at, at + 40)}`);
    at = TAG.lastIndex;
    const [, slash, name = '', given = '', empty] = match;
    const pairs = Array.from(given.matchAll(/ ([a-z]+)="([^"]*)"/g), ([, key = '', value = '']) => {
      if (/[\t\n\r]/.test(value)) throw new Error(`bare white space in ${key}`);
      return [key, plainText(value)] as const;
    });
    if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error('given twice');
    return [slash === '/', name, Object.fromEntries(pairs), empty === '/'];
  }

  const root = element();
  if (document.slice(at) !== '\n') throw new Error('something follows the document');
  return root;
}

function plainText(written: string): string {
  return written.replace(/&([^;&]*);?/g, (reference, name: string) => {
    const character = /^#\d+$/.test(name)
      ? String.fromCodePoint(Number(name.slice(1)))
      : REFERENCES[name];
    if (character === undefined || !reference.endsWith(';')) throw new Error(`bare ${reference}`);
    return character;
  });
}
