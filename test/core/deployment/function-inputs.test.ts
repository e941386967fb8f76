import { describe, expect, it } from 'vitest';
import { readCheckNowRequest, slotOf } from '../../../lib/core/deployment/function-inputs.ts';

describe('slotOf', () => {
  it('gives the slot as a multiple of the tick', () => {
    const slot = slotOf({ slot: '2026-11-23T18:07:00Z' }, { tickMinutes: 5 });

    expect(slot).toEqual({ ok: true, value: Date.UTC(2026, 10, 23, 18, 5) });
  });

  it.each([null, 'text', {}, { slot: 7 }, { slot: 'soon' }])('refuses %j', (input) => {
    expect(slotOf(input, { tickMinutes: 5 })).toMatchObject({ ok: false });
  });
});

describe('readCheckNowRequest', () => {
  const configured = ['billing-sync', 'crm-import'];

  it.each([null, undefined, {}, { applications: [] }])('takes %j for all', (input) => {
    expect(readCheckNowRequest(input, configured)).toEqual({ ok: true, value: configured });
  });

  it('takes the names that it is given', () => {
    const read = readCheckNowRequest({ applications: ['crm-import'] }, configured);

    expect(read).toEqual({ ok: true, value: ['crm-import'] });
  });

  it.each([
    ['text', /not an object/],
    [[], /not an object/],
    [{ apps: [] }, /unknown keys/],
    [{ applications: 'crm-import' }, /no list of names/],
    [{ applications: ['crm-imprt'] }, /crm-import/],
    [{ applications: ['zzzzzzzzzzzz'] }, /zzzz/],
  ])('refuses %j with one line', (input, issue) => {
    const read = readCheckNowRequest(input, configured);

    expect(read).toMatchObject({ ok: false, issues: [expect.stringMatching(issue)] });
  });
});
