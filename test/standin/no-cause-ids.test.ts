import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS } from '../../lib/core/causes/causes.ts';

const FOLDER = new URL('../../lib/standin/', import.meta.url);
const FILES = readdirSync(FOLDER);

describe('the sources of the stand-in', () => {
  it('are found, and so are the ids of causes', () => {
    expect(FILES).toContain('tenant.ts');
    expect(CAUSE_IDS).toContain('credentials-rejected');
  });

  it.each(FILES)('know no id of a cause: %s', (file) => {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');

    const known = CAUSE_IDS.filter((id) => new RegExp(`(?<![\\w-])${id}(?![\\w-])`).test(source));

    expect(known).toStrictEqual([]);
  });

  it.each(FILES)('import nothing but themselves, Node modules and jose: %s', (file) => {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');

    const imported = [...source.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');

    expect(imported.filter((name) => !/^(node:|jose$|\.\/[\w-]+\.ts$)/.test(name))).toStrictEqual(
      [],
    );
  });
});
