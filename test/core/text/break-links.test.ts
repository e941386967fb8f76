import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { breakLinks } from '../../../lib/core/text/break-links.ts';

const OURS = ['Check https://acme.kinde.com and the API https://api.acme.com:8443/v1.'];

describe('breakLinks', () => {
  it.each<[string, string]>([
    ['see https://evil.example/x', 'see https[:]//evil[.]example/x'],
    ['javascript:alert(1)', 'javascript[:]alert(1)'],
    ['go to www.evil.example now', 'go to www[.]evil[.]example now'],
    ['mailto:someone', 'mailto[:]someone'],
    ['http://[bad', 'http[:]//[bad'],
    ['version 2.0 e.g. this', 'version 2.0 e.g. this'],
    ['aud is ["https://api.acme.com:8443/other"]', 'aud is ["https://api.acme.com:8443/other"]'],
    ['https://acme.kinde.com.evil.example', 'https[:]//acme[.]kinde[.]com[.]evil[.]example'],
    ['\\\\evil.example\\share', '[\\\\]evil[.]example\\share'],
    ['i❤.example and a.भारत', 'i❤[.]example and a[.]भारत'],
    ['https://acme.kinde.com@evil.example', 'https[:]//acme[.]kinde[.]com@evil[.]example'],
  ])('of %j makes %j', (text, expected) => {
    expect(breakLinks(text, OURS)).toBe(expected);
  });

  it('leaves no address of others whole', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.string(), (url, text) => {
        expect(breakLinks(`${text} ${url}`, [])).not.toMatch(/\bhttps?:\/\//);
      }),
    );
  });
});
