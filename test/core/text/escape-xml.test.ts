import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXmlAttribute, escapeXmlText } from '../../../lib/core/text/escape.ts';
import { hostileText } from '../../support/report-arbitraries.ts';
import { readXml } from '../../support/xml-reader.ts';

const document = (text: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<a b="${escapeXmlAttribute(text)}">${escapeXmlText(text)}</a>\n`;

describe('escapeXmlText', () => {
  it.each([
    ['a < b && c > d', 'a &lt; b &amp;&amp; c &gt; d'],
    [']]>', ']]&gt;'],
    ['&lt;', '&amp;lt;'],
    ['"quoted" \'too\'', '"quoted" \'too\''],
    ['one\ntwo\tthree', 'one\ntwo\tthree'],
    ['one\r\ntwo', 'one&#13;\ntwo'],
    ['a\u0000b\u001b[2Jc\u007fd\u0085e', 'ab[2Jcde'],
    ['a\ufffeb\uffffc\ufdd0d\u{1fffe}e', 'abcde'],
    ['a\ud800b\udc00c', 'abc'],
    ['ünï 😀', 'ünï 😀'],
    ['--- a\n+++ b\n ~~~ c', '&#45;-- a\n&#43;++ b\n ~~~ c'],
    ['::warning::a\n  ::b', '&#58;:warning::a\n  &#58;:b'],
    ['##[error]a ##vso[b]', '#&#35;[error]a #&#35;vso[b]'],
  ])('writes %j as %j', (text, written) => {
    expect(escapeXmlText(text)).toBe(written);
  });
});

describe('escapeXmlAttribute', () => {
  it.each([
    ['say "x" & \'y\' <z>', 'say &quot;x&quot; &amp; &apos;y&apos; &lt;z&gt;'],
    ['one\ntwo\tthree\rfour', 'one&#10;two&#9;three&#13;four'],
    ['a\u0000b\uffffc\ud83d', 'abc'],
  ])('writes %j as %j', (text, written) => {
    expect(escapeXmlAttribute(text)).toBe(written);
  });

  it('is read back as it was, whatever a text holds, but for what XML cannot hold', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { attributes, text: between, children } = readXml(document(text));

        const expected = text
          // biome-ignore lint/suspicious/noControlCharactersInRegex: what must be gone
          .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')
          .replace(/[\p{Cs}\p{Noncharacter_Code_Point}]/gu, '');
        expect(children).toEqual([]);
        expect(attributes['b']).toBe(expected);
        expect(between).toBe(expected);
      }),
    );
  });
});
