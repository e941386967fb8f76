// Every row of the catalogue of causes is found wherever causes are listed; a made-up row shows what is filled in.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { causesOf, fillIn } from '../../lib/core/causes/cause-definition.ts';
import { CAUSE_IDS, causeDefinition } from '../../lib/core/causes/causes.ts';
import { causeIdSchema } from '../../lib/core/causes/finding.ts';
import { kinde } from '../../lib/core/provider/kinde.ts';
import { generator } from '../../tools/generators/causes-page.ts';
import { run } from '../cli/captured-io.ts';

const file = (path: string) => new URL(`../../${path}`, import.meta.url);

describe.each(CAUSE_IDS)('the cause %s', (id) => {
  const { title, fix, family } = causeDefinition(id);

  it('is in docs/causes.md with its title and its steps', async () => {
    const page = readFileSync(file(generator.path), 'utf8');

    const [, part = ''] = page.split(`\n### \`${id}\`\n`);
    for (const text of [title, ...fix.map((step) => fillIn(step))])
      expect(part, 'run npm run docs').toContain(text);
  });

  it('is parsed where reports are stored', () => {
    expect(causeIdSchema.parse(id)).toBe(id);
  });

  it('has a scenario', () => {
    const path = `test/scenarios/${id}.test.ts`;

    expect(existsSync(file(path)), `write ${path}`).toBe(true);
  });

  it('is one that Kinde may have steps for, and shows the family of the one who acts', () => {
    const [page = null, ...steps] = kinde.fixes?.ofCause[id] ?? [];

    expect(page === null).toBe(steps.length === 0);
    expect(family).toMatch(/^[a-z]+$/);
  });
});

it('are all listed by `causes`', async () => {
  const { stdout } = await run(['causes']);

  expect(CAUSE_IDS.filter((id) => !stdout.includes(`  ${id} `))).toEqual([]);
});

it('fills in what a row leaves out', () => {
  const row = { title: 'Made up', meaning: 'Made up.', fix: ['Stop.'], help: 'https://help' };

  expect(causesOf('claims', { 'made-up': row })).toEqual({
    'made-up': {
      ...row,
      family: 'claims',
      short: 'made up',
      guideSection: null,
      severity: 'error',
    },
  });
});
