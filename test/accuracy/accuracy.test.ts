// Real replies, each with the causes that are right for it, through the whole pipeline.

import { describe, expect, it } from 'vitest';
import { causeDefinition } from '../../lib/core/causes/causes.ts';
import { DIALECTS } from '../../lib/core/provider/dialects/dialects.ts';
import { dialectOf, readCases } from '../../tools/accuracy/cases.ts';
import { measure } from '../../tools/accuracy/measure.ts';
import { NOT_YET } from '../../tools/accuracy/score.ts';

const measured = await measure(await readCases());

describe('the cases', () => {
  it('are many, each with a source and an id of its own', () => {
    const ids = measured.map(({ of }) => of.id);

    expect(ids.length).toBeGreaterThan(147);
    expect(new Set(ids).size).toBe(ids.length);
    expect(measured.filter(({ of }) => of.source === '').map(({ of }) => of.id)).toEqual([]);
  });

  it('wait for another change only where they still fail', () => {
    const waiting = measured.filter(({ of }) => of.id in NOT_YET);

    expect(waiting.filter(({ isRight }) => isRight).map(({ of }) => of.id)).toEqual([]);
    expect(waiting).toHaveLength(Object.keys(NOT_YET).length);
  });
});

/** Words of Kinde's dashboard; a token of another server has no organisation of Kinde's either. */
const OF_KINDE = /kinde|tenant|workflow|organi[sz]ation|machine to machine/i;

it.each(measured.filter(({ of }) => of.type === 'oidc' && of.refusal !== undefined))(
  "the fix of the case $of.id is in its own server's words or in general ones",
  ({ of, report }) => {
    const dialect = dialectOf(of);
    const fix = report.diagnosis?.fix ?? [];
    const own = dialect === null ? undefined : DIALECTS[dialect].fixes?.ofCause;
    const general = causeDefinition(report.diagnosis?.cause ?? 'monitor-fault').fix;

    expect(fix.join(' ').replaceAll(of.id, '')).not.toMatch(OF_KINDE);
    for (const [other, { fixes }] of Object.entries(DIALECTS)) {
      const foreign = Object.values(fixes?.ofCause ?? {}).flatMap(([, ...steps]) => steps);
      const shown = foreign.filter((step) => !step.includes('{') && fix.includes(step));
      const isShared = (step: string) =>
        general.includes(step) ||
        Object.values(own ?? {})
          .flat()
          .includes(step);
      expect(
        shown.filter((step) => !isShared(step)),
        `steps of ${other}`,
      ).toEqual([]);
    }
  },
);

describe.each(measured.filter(({ of }) => !(of.id in NOT_YET)))('the case $of.id', (one) => {
  it(`is ${one.of.wanted.join(' or ')}: ${one.of.why}`, () => {
    expect(one.of.wanted, `named ${one.named}, ${one.confidence}`).toContain(one.named);
  });
});
