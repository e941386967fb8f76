import { describe, expect, it } from 'vitest';
import { sentAudience } from '../../../lib/core/claims/claim-values.ts';
import { application } from '../../support/evidence.ts';

describe('sentAudience', () => {
  it.each([
    { audience: ['a', 'b'], resource: [], sent: ['a', 'b'] },
    { audience: ['a'], resource: ['urn:r'], sent: ['a'] },
    { audience: [], resource: ['urn:r'], sent: ['urn:r'] },
    { audience: [], resource: [], sent: [] },
  ])('is $sent for the audience $audience and the resource $resource', ({ sent, ...parts }) => {
    expect(sentAudience(application(parts))).toEqual(sent);
  });
});
