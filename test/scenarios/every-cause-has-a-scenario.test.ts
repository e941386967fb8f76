import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAUSE_IDS, causeDefinition } from '../../lib/core/causes/causes.ts';

const SUFFIX = '.test.ts';

/** Files here that are about no single cause. */
const ABOUT_NO_CAUSE: ReadonlySet<string> = new Set([
  'bad-provider',
  'call-withheld',
  'every-cause-has-a-scenario',
  'healthy',
  'private-key-jwt',
  'sent-secrets',
  'several-mismatches',
  'swapped-credentials',
  'whole-secret',
]);

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

describe('the scenarios', () => {
  it.each(CAUSE_IDS)('have a file for %s that diagnoses it with a confidence', (id) => {
    const toDo = `write test/scenarios/${id}${SUFFIX}: describe('${id}', …), from a real reply, file or port to expect(report).toBeDiagnosedAs({ cause: '${id}', confidence, status })`;
    expect(names, toDo).toContain(id);
    const text = readFileSync(join(import.meta.dirname, `${id}${SUFFIX}`), 'utf8');
    expect(text, toDo).toContain(`describe('${id}'`);
    // An information leaves the application healthy: it is a finding without a diagnosis.
    const shown =
      causeDefinition(id).severity === 'information'
        ? `status: 'healthy',[^]*?cause: '${id}',\\s*severity: 'information'`
        : `toBeDiagnosedAs\\(\\{\\s*cause: '${id}',\\s*confidence[:,][^}]*?status[:,]`;
    expect(text, toDo).toMatch(new RegExp(shown));
  });

  it('have no file that names no cause', () => {
    const known: ReadonlySet<string> = new Set([...CAUSE_IDS, ...ABOUT_NO_CAUSE]);

    expect(
      names.filter((name) => !known.has(name)),
      'name the file after its cause, or list it in ABOUT_NO_CAUSE',
    ).toEqual([]);
  });
});
