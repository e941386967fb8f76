import { describe, expect, it } from 'vitest';
import { escapeLabelValue } from '../../../lib/core/text/escape.ts';

describe('escapeLabelValue', () => {
  it.each([
    ['billing-sync', 'billing-sync'],
    ['a"b\\c\nd', 'a\\"b\\\\c\\nd'],
    ['\\n', '\\\\n'],
    ['a\u0000\r\u001b\u0085b', 'ab'],
    ['a\ud800b', 'a\ufffdb'],
    ['ünï 😀', 'ünï 😀'],
  ])('writes %j as %j', (text, written) => {
    expect(escapeLabelValue(text)).toBe(written);
  });
});
