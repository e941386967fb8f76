// Real replies, each with the causes that are right for it, through the whole pipeline.

import { describe, expect, it } from 'vitest';
import { readCases } from '../../tools/accuracy/cases.ts';
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

describe.each(measured.filter(({ of }) => !(of.id in NOT_YET)))('the case $of.id', (one) => {
  it(`is ${one.of.wanted.join(' or ')}: ${one.of.why}`, () => {
    expect(one.of.wanted, `named ${one.named}, ${one.confidence}`).toContain(one.named);
  });
});
