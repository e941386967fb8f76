import { describe, expect, it } from 'vitest';
import { asPossiblyRepeated, writeStateNotice } from '../../../lib/core/incident/monitor-notice.ts';
import { sampleNotice } from '../../../lib/core/incident/sample-notice.ts';
import { noticeSchema } from '../../../lib/core/state/notice.ts';

const SINCE = Date.parse('2026-12-01T10:00:00Z');
const NOW = SINCE + 12 * 60_000;
const problem = 'the disk that holds the state file /var/state is full: make room';

describe('writeStateNotice', () => {
  it('says what is wrong with the state, what to do, and that checks go on', () => {
    const fault = { problem, sinceMs: SINCE, endedAtMs: null };

    const notice = writeStateNotice(fault, { deployment: 'test', nowMs: NOW });

    expect(noticeSchema.parse(notice)).toEqual(notice);
    expect(notice).toMatchObject({
      incidentId: 'test:monitor:state',
      reason: 'opened',
      isOpen: true,
      severity: 'warning',
      about: { kind: 'monitor', name: 'm2m-watch' },
      subject: '[test] m2m-watch: warning, its state has a problem',
      what: `The state of m2m-watch has a problem: ${problem}.`,
      cause: { id: 'monitor-fault', family: 'monitor', confidence: 'certain' },
    });
    expect([...notice.fix, ...notice.notes].join(' ')).toMatch(
      /Do not restart.*checked on schedule/,
    );
  });

  it('says that it is over, in a notice of the same incident', () => {
    const fault = { problem, sinceMs: SINCE, endedAtMs: NOW };
    const at = { deployment: 'test', nowMs: NOW + 60_000 };

    const notice = writeStateNotice(fault, at);

    expect(noticeSchema.parse(notice)).toEqual(notice);
    expect(notice).toMatchObject({
      incidentId: 'test:monitor:state',
      reason: 'recovered',
      isOpen: false,
      closing: 'recovered',
      downForSeconds: 720,
      subject: '[test] m2m-watch: its state is in order again after 12 min',
      cause: null,
      fix: [],
    });
    expect(notice.id).not.toBe(writeStateNotice({ ...fault, endedAtMs: null }, at).id);
  });
});

describe('asPossiblyRepeated', () => {
  it('says so in a field and in a note, once', () => {
    const notice = sampleNotice('test', NOW);

    const marked = asPossiblyRepeated(notice);

    expect(asPossiblyRepeated(marked)).toBe(marked);
    expect(marked).toEqual({
      ...notice,
      mayBeRepeated: true,
      notes: [expect.stringMatching(/^You may get this notice twice/)],
    });
  });

  it('is no in a notice that was stored before there was such a field', () => {
    const { mayBeRepeated: _, ...stored } = sampleNotice('test', NOW);

    expect(noticeSchema.parse(stored)).toMatchObject({ mayBeRepeated: false });
  });
});
