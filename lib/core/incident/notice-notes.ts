// Beside writing a notice: what else is worth knowing, one sentence or two each.

import type { Monitored } from '../config/watched.ts';
import { budgetAt, mintedIn } from '../plan/token-budget.ts';
import type { Incident } from '../state/incident.ts';
import type { WatchState } from '../state/watch-state.ts';
import type { NoticeDraft } from './notice-draft.ts';

/** What notes are written from, besides the draft. */
export interface NoteContext {
  readonly config: Monitored;
  readonly state: WatchState;
  /** The application whose steps and evidence the notice tells; null where it tells none. */
  readonly telling: string | null;
  /** Names of applications that fail alike, each in an incident of its own. */
  readonly alike: readonly string[];
}

/** The notes of a notice, the most important first. */
export function noticeNotes(
  { reason, incident, atMs, wasFlapping }: NoticeDraft,
  { config, state, telling, alike }: NoteContext,
): readonly string[] {
  const isOpen = incident.closedAtMs === null;
  const notes: string[] = [];
  if (isOpen && incident.subject.kind === 'api-origin') {
    notes.push('The tokens are good: each was issued, verified and as expected.');
  }
  if (telling !== null && incident.affected.length > 1) {
    notes.push(`Steps and evidence are those of ${telling}.`);
  }
  if (alike.length > 0) {
    notes.push(`Failing alike, in notices of their own before: ${alike.join(', ')}.`);
  }
  if (reason === 'window-ended') {
    notes.push('It began during a maintenance window, when no notices are sent.');
  }
  if (reason === 'flapping' || reason === 'flapping-summary') {
    notes.push('Every change is recorded. A summary follows each hour until it is steady for one.');
  }
  if (wasFlapping) notes.push('It was flapping, and has been steady for an hour.');
  const budget = isOpen ? budgetNote(incident, { config, state, atMs }) : null;
  return budget === null ? notes : [...notes, budget];
}

function budgetNote(
  { provider }: Incident,
  {
    config,
    state,
    atMs,
  }: { readonly config: Monitored; readonly state: WatchState; readonly atMs: number },
): string | null {
  const tokensPerMonth = config.providers[provider]?.tokensPerMonth ?? null;
  const tokens = state.providers[provider]?.tokens;
  const { left, mayAccelerate } = budgetAt(tokens, { tokensPerMonth, atMs });
  if (mayAccelerate) return null;
  const used = `${mintedIn(tokens, atMs)} of the ${tokensPerMonth} tokens of this month at ${provider} are used`;
  const effect =
    left === 0 ? 'no token is asked for' : 'no application is looked at sooner than everyMinutes';
  return `${used}: ${effect} until the month (UTC) is over.`;
}
