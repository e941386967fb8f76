import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS, CAUSES_WITHOUT_RULE_YET } from '../../lib/core/causes/causes.ts';

const SUFFIX = '.test.ts';

/** Files here that are about no single cause. */
const ABOUT_NO_CAUSE: ReadonlySet<string> = new Set([
  'bad-provider',
  'every-cause-has-a-scenario',
  'healthy',
  'several-mismatches',
  'whole-secret',
]);

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));
const withoutRule: ReadonlySet<string> = new Set(CAUSES_WITHOUT_RULE_YET);
const inScope = CAUSE_IDS.filter((id) => !withoutRule.has(id));

describe('the scenarios', () => {
  it.each(inScope)('have a file for %s that diagnoses it with a confidence', (id) => {
    expect(names).toContain(id);
    const text = readFileSync(join(import.meta.dirname, `${id}${SUFFIX}`), 'utf8');
    expect(text).toContain(`describe('${id}'`);
    expect(text).toMatch(
      new RegExp(`toBeDiagnosedAs\\(\\{\\s*cause: '${id}',\\s*confidence[:,][^}]*?status[:,]`),
    );
  });

  it('have no file that names no cause', () => {
    const known: ReadonlySet<string> = new Set([...CAUSE_IDS, ...ABOUT_NO_CAUSE]);

    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});
