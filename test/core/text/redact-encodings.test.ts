import { describe, expect, it } from 'vitest';
import { stepsAt } from '../../../lib/core/text/redact-encodings.ts';

describe('stepsAt', () => {
  it.each<[string, string]>([
    ['A', 'a'],
    ['\u200b', ''],
    ['\ufeff', ''],
    ['😀', '😀'],
    ['%41', 'a'],
    ['%252541', 'a'],
    ['%25', '%'],
    ['%E9', 'é'],
    ['%C3%A9', 'é'],
    ['%F0%9F%98%80', '😀'],
    ['%E2%82%AC', '€'],
    ['%2B', ' '],
    ['&amp;', '&'],
    ['&AMP;amp;', '&'],
    ['&#65;', 'a'],
    ['&#x0041', 'a'],
    ['&#x110000;', ''],
    ['\\u0041', 'a'],
    ['\\\\x41', 'a'],
    ['\\u{1F600}', '😀'],
    ['\\ud83d\\ude00', '😀'],
    ['\\\\', '\\'],
    ['\\"', '"'],
    ['\\n', ' '],
    ['\\/', '/'],
    ['+', ' '],
  ])('reads %s as %j', (text, character) => {
    const whole = stepsAt(text, 0).filter(({ next }) => next === text.length);

    expect(whole.map((step) => step.character)).toContain(character);
  });

  it.each(['%', '%4', '%zz', '&', '&#;', '&x;', '\\', '\\ud83', '%C3'])(
    'reads %s, which encodes nothing whole, as it stands too',
    (text) => {
      expect(stepsAt(text, 0)[0]).toEqual({ character: text.charAt(0), next: 1 });
    },
  );
});
