import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../lib/core/secret.ts';

describe('Secret', () => {
  it('prints a mask on every road to text, and reveals itself when asked', () => {
    const secret = new Secret('s3cret');

    expect(`${secret}`).toBe('[secret]');
    expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
    expect(inspect(secret)).toBe('[secret]');
    expect(secret.reveal()).toBe('s3cret');
  });
});
