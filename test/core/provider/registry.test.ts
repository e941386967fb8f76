import { describe, expect, it } from 'vitest';
import { PROVIDER_TYPES, providerOf } from '../../../lib/core/provider/registry.ts';

describe('providerOf', () => {
  it.each(PROVIDER_TYPES)('gives the provider value of the type %s', (type) => {
    expect(providerOf(type).type).toBe(type);
  });
});
