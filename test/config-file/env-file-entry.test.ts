import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withEnvEntry } from '../../lib/config-file/env-file-entry.ts';

const entry = (value: string) => ({ name: 'M2M_A_CLIENT_SECRET', value, comment: 'A comment.' });

describe('withEnvEntry', () => {
  it('adds a variable after what is there, on a line of its own', () => {
    expect(withEnvEntry('A=1', entry('s3cret'))).toBe(
      "A=1\n# A comment.\nM2M_A_CLIENT_SECRET='s3cret'\n",
    );
  });

  it.each(["it's", 'say "x"', '# no comment', ' space ', '$HOME', '\\n', 'a=b', '\'"', '`x`'])(
    'writes %j so that it reads back',
    (value) => {
      const text = withEnvEntry('A=1\n', entry(value));

      expect(parseEnv(text ?? '')).toEqual({ A: '1', M2M_A_CLIENT_SECRET: value });
    },
  );

  it('gives nothing where no kind of quotes is left', () => {
    expect(withEnvEntry('', entry('\'"`'))).toBeNull();
  });

  it('gives nothing where the text before would swallow it', () => {
    expect(withEnvEntry("A='never ended", entry("s3cret'"))).toBeNull();
  });

  it('reads back exactly, or gives nothing, whatever there is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'AB=\'"`# \n\\') }),
    );
    fc.assert(
      fc.property(
        text,
        text.filter((value) => !/\p{Cc}/u.test(value)),
        (before, value) => {
          const written = withEnvEntry(before, entry(value));
          if (written === null) return;

          expect(written.startsWith(before)).toBe(true);
          expect(parseEnv(written)).toEqual({ ...parseEnv(before), M2M_A_CLIENT_SECRET: value });
        },
      ),
    );
  });
});
