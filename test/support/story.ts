import { type CauseId, causeDefinition } from '../../lib/core/causes/causes.ts';
import type { CheckStatus } from '../../lib/core/causes/terms.ts';
import type { Application, CallConfig } from '../../lib/core/config/application.ts';
import type { WatchConfig } from '../../lib/core/config/watch-config.ts';
import type { NoticeDraft } from '../../lib/core/incident/draft-notices.ts';
import { draftReminders } from '../../lib/core/incident/draft-reminders.ts';
import { judgeRun } from '../../lib/core/incident/judge-run.ts';
import { writeNotice } from '../../lib/core/incident/write-notice.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import type { NotTriedReason } from '../../lib/core/state/application-state.ts';
import type { IncidentChange } from '../../lib/core/state/incident.ts';
import type { Notice } from '../../lib/core/state/notice.ts';
import {
  type CheckRecord,
  EMPTY_STATE,
  type WatchState,
} from '../../lib/core/state/watch-state.ts';
import { parsedConfig } from './parsed-config.ts';

/** What a check found: healthy, or a cause; a status where it is not the one that usually follows from the cause. */
export type Outcome =
  | 'healthy'
  | CauseId
  | {
      readonly cause: CauseId;
      readonly status?: CheckStatus;
      readonly tokensMinted?: number;
      readonly tokensAtMost?: number;
    }
  | { readonly notTried: NotTriedReason };

/** Causes where a token may have been issued that nobody saw. */
const LOST: ReadonlySet<CauseId | undefined> = new Set([
  'provider-timeout',
  'token-reply-malformed',
]);

/** The status that usually follows from a cause. */
function usualStatus(cause: CauseId): CheckStatus {
  const { family, severity } = causeDefinition(cause);
  if (severity === 'warning') return 'degraded';
  return family === 'provider' || family === 'monitor' ? 'undetermined' : 'unhealthy';
}

/** A report with a given outcome. */
export function reportOf(
  { name, provider }: { readonly name: string; readonly provider: string },
  { outcome, atMs }: { readonly outcome: Outcome; readonly atMs: number },
): CheckReport {
  const cause = causeIn(outcome);
  const given = typeof outcome === 'object' && 'cause' in outcome ? outcome.status : undefined;
  const status = given ?? (cause === null ? 'healthy' : usualStatus(cause));
  return {
    application: name,
    provider,
    clientId: 'client-1',
    status,
    checkedAt: new Date(atMs).toISOString(),
    attempts: 1,
    diagnosis: cause === null ? null : diagnosisOf(cause),
    findings: [],
    token: null,
    clientAuthentication: null,
    secretVersion: null,
    owner: null,
    runbook: null,
    timings: { credentialsMs: 1, discoveryMs: 1, tokenMs: 1, verifyMs: 1, callMs: 0, totalMs: 4 },
  };
}

/** A record with a given outcome; healthy, degraded and most failures after the token cost one. */
export function recordOf(
  application: { readonly name: string; readonly provider: string },
  ask: { readonly outcome: Outcome; readonly atMs: number },
): CheckRecord {
  const { outcome } = ask;
  const report = reportOf(application, ask);
  const mints = report.status === 'healthy' || report.status === 'degraded';
  const given = typeof outcome === 'object' && 'cause' in outcome ? outcome : null;
  const tokensMinted = given?.tokensMinted ?? (mints ? 1 : 0);
  const mayHaveMinted = LOST.has(report.diagnosis?.cause);
  return {
    report,
    tokensMinted,
    tokensAtMost: given?.tokensAtMost ?? Math.max(tokensMinted, mayHaveMinted ? 1 : 0),
    notTried: typeof outcome === 'object' && 'notTried' in outcome ? outcome.notTried : null,
    accepted: null,
    settledMethod: null,
  };
}

function causeIn(outcome: Outcome): CauseId | null {
  if (outcome === 'healthy') return null;
  if (typeof outcome === 'string') return outcome;
  return 'cause' in outcome ? outcome.cause : 'not-checked';
}

function diagnosisOf(cause: CauseId): NonNullable<CheckReport['diagnosis']> {
  const { family, title, guideSection, fix, help } = causeDefinition(cause);
  return {
    cause,
    family,
    confidence: 'likely',
    title,
    guideSection,
    fix,
    help,
    evidence: [{ step: 'token-request', saw: 'seen in a story' }],
  };
}

/** Where a story starts: the applications, and the rules. */
export interface StorySetting {
  /** Names, or applications with what differs; all are at `acme`, hourly, with no call. */
  readonly applications: readonly (string | StoryApplication)[];
  readonly thresholds?: WatchConfig['thresholds'];
  readonly tokensPerMonth?: number | null;
  readonly windows?: readonly {
    readonly applications: readonly string[];
    readonly from: string;
    readonly until: string;
  }[];
  readonly remindAfterHours?: readonly number[];
}

type StoryApplication = Partial<Omit<Application, 'call'>> & {
  readonly name: string;
  readonly call?: Pick<CallConfig, 'url'>;
};

const DAY = Date.UTC(2026, 10, 23);

/** The moment of `HH:MM`, on the first day of a story or `+N` days later (`+1 10:00`). */
export function at(time: string): number {
  const [, days = '0', hours = '0', minutes = '0'] = /^(?:\+(\d+) )?(\d+):(\d+)$/.exec(time) ?? [];
  return DAY + ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
}

const TEMPLATE = parsedConfig({ application: { call: { url: 'https://api.acme.com/' } } });

/** The configuration of a story. */
export function storyConfig({
  applications,
  tokensPerMonth = null,
  thresholds = { open: 1, close: 1 },
  windows = [],
  remindAfterHours = [4, 24],
}: StorySetting): WatchConfig {
  const [application] = TEMPLATE.applications;
  const acme = TEMPLATE.providers['acme'];
  if (application === undefined || acme === undefined) throw new Error('the template is empty');
  return {
    ...TEMPLATE,
    thresholds,
    providers: { acme: { ...acme, tokensPerMonth } },
    applications: applications.map((given) => {
      const { call, ...differing } = typeof given === 'string' ? { name: given } : given;
      return {
        ...application,
        everyMinutes: 60,
        ...differing,
        call: call && application.call ? { ...application.call, ...call } : null,
      };
    }),
    maintenance: windows.map(({ applications: muted, from, until }) => {
      const start = new Date(at(from));
      const minute = `${start.getUTCMinutes()} ${start.getUTCHours()}`;
      return {
        applications: [...muted],
        cron: `${minute} ${start.getUTCDate()} ${start.getUTCMonth() + 1} *`,
        timeZone: 'UTC',
        durationMinutes: (at(until) - at(from)) / 60_000,
      };
    }),
    notify: { ...TEMPLATE.notify, remindAfterHours: [...remindAfterHours] },
  };
}

/** A sequence of runs; each gives the notices that it causes, as `reason: subject line`. */
export class Story {
  state: WatchState = EMPTY_STATE;
  readonly changes: IncidentChange[] = [];
  readonly notices: Notice[] = [];
  config: WatchConfig;
  #runs = 0;
  readonly #setting: StorySetting;

  constructor(setting: StorySetting) {
    this.#setting = setting;
    this.config = storyConfig(setting);
  }

  /** Judges a run at a time of day. */
  run(time: string, outcomes: Readonly<Record<string, Outcome>> = {}): readonly string[] {
    const atMs = at(time);
    const records = Object.entries(outcomes).map(([name, outcome]) => {
      const known = this.config.applications.find((application) => application.name === name);
      return recordOf(known ?? { name, provider: 'acme' }, { outcome, atMs });
    });
    return this.judge(time, records);
  }

  /** Judges records as they are. */
  judge(time: string, records: readonly CheckRecord[]): readonly string[] {
    this.#runs += 1;
    const judged = judgeRun({
      config: this.config,
      state: this.state,
      records,
      slotMs: at(time),
      nowMs: at(time),
      reservation: null,
      run: this.#runs,
    });
    this.state = judged.state;
    this.changes.push(...judged.changes);
    return this.#write(judged.drafts);
  }

  /** Sends the reminders that are due. */
  remind(time: string): readonly string[] {
    const { state, drafts } = draftReminders(this.state, { config: this.config, nowMs: at(time) });
    this.state = state;
    return this.#write(drafts);
  }

  /** Has other applications from now on. */
  reconfigure(applications: StorySetting['applications']): void {
    this.config = storyConfig({ ...this.#setting, applications });
  }

  /** The last notice in full. */
  get lastNotice(): Notice {
    const last = this.notices.at(-1);
    if (last === undefined) throw new Error('the story has had no notice yet');
    return last;
  }

  #write(drafts: readonly NoticeDraft[]): readonly string[] {
    const { config, state } = this;
    const notices = drafts.map((draft) => writeNotice(draft, { config, state }));
    this.notices.push(...notices);
    return notices.map(({ reason, subject }) => `${reason}: ${subject}`);
  }
}

/** The same outcome for applications `a-1` to `a-N`. */
export function all(count: number, outcome: Outcome): Readonly<Record<string, Outcome>> {
  return Object.fromEntries(names(count).map((name) => [name, outcome]));
}

/** `a-1` to `a-N`. */
export function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `a-${index + 1}`);
}
