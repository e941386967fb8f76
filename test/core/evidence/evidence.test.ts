import { describe, expect, it } from 'vitest';
import { acceptedBefore } from '../../../lib/core/evidence/evidence.ts';

const accepted = { secretVersion: 'v1', fingerprint: 'f1', clientFingerprint: 'c1' };

describe('acceptedBefore', () => {
  it.each([
    ['these', accepted, accepted],
    ['these', accepted, { ...accepted, secretVersion: 'v2' }],
    ['client', accepted, { ...accepted, fingerprint: 'f2' }],
    ['others', accepted, { ...accepted, fingerprint: 'f2', clientFingerprint: 'c2' }],
    ['unknown', null, accepted],
  ] as const)('says %s of %j and then %j', (says, before, now) => {
    expect(acceptedBefore(before, now)).toBe(says);
  });
});
