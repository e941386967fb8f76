import { describe, expect, it } from 'vitest';
import { configuredChannels } from '../../../lib/core/config/notice-channels.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { fullConfig, smallConfig } from '../config/written-config.ts';

function parsed(input: unknown) {
  const config = parseConfig(input);
  if (!config.ok) throw new Error(JSON.stringify(config.issues));
  return config.value;
}

describe('configuredChannels', () => {
  it('names every channel that is configured, in a fixed order', () => {
    expect(configuredChannels(parsed(fullConfig()).notify)).toEqual([
      'email',
      'slack',
      'teams',
      'pager-duty',
      'webhook',
    ]);
  });

  it('is empty where none is', () => {
    expect(configuredChannels(parsed(smallConfig()).notify)).toEqual([]);
  });
});
