import { describe, expect, it } from 'vitest';
import { createStateNotices } from '../../lib/wiring/state-notices.ts';

const open = () => createStateNotices({ deployment: 'test', quietMs: 1000 });

describe('the notices of the state', () => {
  it('are one of a fault and one of its end, after a time without another', () => {
    const notices = open();
    notices.changed('the disk is full', 100);
    const first = notices.due(150);
    notices.changed('the disk is full', 160);
    notices.changed(null, 200);
    notices.changed('the disk is slow', 300);
    notices.changed(null, 400);

    const given = [
      first,
      notices.due(500),
      notices.due(1399),
      notices.due(1400),
      notices.due(5000),
    ];

    expect(
      given.map((each) => each.map(({ reason, what }) => [reason, what.split(': ').at(-1)])),
    ).toEqual([
      [['opened', 'the disk is full.']],
      [],
      [],
      [['recovered', 'the disk is slow.']],
      [],
    ]);
  });

  it('are both given where a fault ended before anybody looked and nothing is waited for', () => {
    const notices = open();
    notices.changed('the disk is full', 100);
    notices.changed(null, 101);

    expect(notices.due(102, true).map(({ reason }) => reason)).toEqual(['opened', 'recovered']);
    expect(notices.due(103, true)).toEqual([]);
  });

  it('are none without a fault, whatever ends', () => {
    const notices = open();
    notices.changed(null, 100);

    expect(notices.due(200, true)).toEqual([]);
  });
});
