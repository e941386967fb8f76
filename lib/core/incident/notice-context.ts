// Between the configuration and the notice: what notices of a run, and reminders, are written with.

import type { WatchConfig } from '../config/watch-config.ts';
import { providerOf } from '../provider/registry.ts';
import type { WatchState } from '../state/watch-state.ts';
import type { NoticeContext } from './write-notice.ts';

/** What notices are written with, from the configuration and the state after judging. */
export function noticeContext(config: WatchConfig, state: WatchState): NoticeContext {
  const titles = Object.values(config.providers).map(
    ({ name, type }) => [name, providerOf(type).words.name] as const,
  );
  return {
    config,
    state,
    providerTitles: Object.fromEntries(titles),
    remindAfterHours: config.notify.remindAfterHours,
  };
}
