// The part of the configuration that planning and judging need, so that they stand apart from the rest of it.

/** An application as planning and judging see it; one of the configuration fits. */
export interface MonitoredApplication {
  readonly name: string;
  /** The provider's name in the configuration. */
  readonly provider: string;
  readonly everyMinutes: number;
  readonly call: { readonly url: string } | null;
  readonly owner: string | null;
  readonly runbook: string | null;
}

/** A provider as planning and judging see it; one of the configuration fits. */
export interface MonitoredProvider {
  readonly issuer: string;
  /** What the plan of the provider includes; null: not limited. */
  readonly tokensPerMonth: number | null;
}

/** What is watched, and how often the clock of the schedule ticks; a parsed configuration fits. */
export interface Monitored {
  readonly deployment: string;
  readonly schedule: { readonly tickMinutes: number };
  /** By name. */
  readonly providers: Readonly<Record<string, MonitoredProvider>>;
  /** In configuration order. */
  readonly applications: readonly MonitoredApplication[];
}

/** How many checks in a row open an incident, and how many close it. */
export interface Thresholds {
  readonly open: number;
  readonly close: number;
}

/** Milliseconds of a minute. */
export const MINUTE_MS = 60_000;

/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000;
