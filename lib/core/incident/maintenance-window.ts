// Beside judging: planned work, as times; the schedule that they come from is evaluated outside.

/** One occurrence of a maintenance window, computed from its cron line. */
export interface MaintenanceWindow {
  /** Names of applications, or `*` for all. */
  readonly applications: readonly string[];
  readonly startMs: number;
  /** The first moment after it. */
  readonly endMs: number;
}

/** Whether planned work covers an application at a moment. */
export function isInWindow(
  windows: readonly MaintenanceWindow[],
  { application, atMs }: { readonly application: string; readonly atMs: number },
): boolean {
  return windows.some(
    ({ applications, startMs, endMs }) =>
      startMs <= atMs &&
      atMs < endMs &&
      (applications.includes('*') || applications.includes(application)),
  );
}
