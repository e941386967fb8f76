import { describe, expect, it } from 'vitest';
import { providerOf } from '../../../lib/core/provider/registry.ts';

describe('providerOf', () => {
  it('gives the provider value of a type', () => {
    expect(providerOf('kinde')).toMatchObject({ type: 'kinde', name: 'Kinde' });
  });

  it('refuses a type that is not built, by name', () => {
    expect(() => providerOf('later' as never)).toThrow('provider type later is not available yet');
  });
});
