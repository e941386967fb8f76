import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { configuredChannels } from '../../../lib/core/incident/notice-channels.ts';
import { noticeContext } from '../../../lib/core/incident/notice-context.ts';
import { EMPTY_STATE } from '../../../lib/core/state/watch-state.ts';
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

describe('noticeContext', () => {
  it('knows what people call the product of each provider', () => {
    const config = parsed(smallConfig());

    const context = noticeContext(config, EMPTY_STATE);

    expect(context).toMatchObject({ state: EMPTY_STATE, remindAfterHours: [4, 24] });
    expect(Object.values(context.providerTitles)).toEqual(['Kinde']);
  });
});
