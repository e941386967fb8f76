import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS } from '../../../lib/core/causes/causes.ts';
import { generator } from '../../../tools/generators/causes-page.ts';

describe('docs/causes.md', () => {
  it('is what the catalogue says today', async () => {
    const page = readFileSync(new URL(`../../../${generator.path}`, import.meta.url), 'utf8');

    expect(page).toBe(await generator.generate());
  });

  it('has a part for every cause', async () => {
    const page = await generator.generate();

    expect(CAUSE_IDS.filter((id) => !page.includes(`\n### \`${id}\`\n`))).toEqual([]);
  });
});
