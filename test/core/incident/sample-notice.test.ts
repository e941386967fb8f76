import { expect, it } from 'vitest';
import { resolveSample, sampleNotice } from '../../../lib/core/incident/sample-notice.ts';
import { noticeSchema } from '../../../lib/core/state/notice.ts';
import { at } from '../../support/story.ts';

it('is a notice like any other, and says that it is a test', () => {
  const sample = sampleNotice('production', at('18:00'));

  expect(noticeSchema.parse(sample)).toEqual(sample);
  expect(sample).toMatchObject({
    id: 'production:test:20261123T180000Z.1',
    severity: 'warning',
    subject: '[production] sample: this is a test of m2m-watch',
  });
});

it('has a recovery of the same incident', () => {
  const sample = sampleNotice('production', at('18:00'));

  const end = resolveSample(sample);

  expect(noticeSchema.parse(end)).toEqual(end);
  expect(end).toMatchObject({ incidentId: sample.incidentId, isOpen: false, reason: 'recovered' });
  expect(end.id).not.toBe(sample.id);
});
