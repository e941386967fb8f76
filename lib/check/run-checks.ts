// One run: every application once, all providers side by side, each within its own bounds.

import type { Application } from '../core/config/application.ts';
import {
  type CheckOutcome,
  type CheckTools,
  checkApplication,
  notChecked,
} from './check-application.ts';
import { inParallel } from './in-parallel.ts';

/** A provider's part of a run. */
export interface ProviderShare {
  readonly tools: CheckTools;
  readonly applications: readonly Application[];
}

/**
 * Checks all applications, and tells each outcome as soon as it is there.
 *
 * One broken application, and one hanging provider, never holds up the others: each provider has
 * its own bound on checks at once. When the tools' signal aborts, what has not begun is `not-checked`.
 */
export async function runChecks({
  shares,
  onOutcome,
}: {
  readonly shares: readonly ProviderShare[];
  readonly onOutcome: (application: Application, outcome: CheckOutcome) => void;
}): Promise<void> {
  await Promise.all(
    shares.map(({ tools, applications }) =>
      inParallel(applications, tools.session.config.concurrency, async (application) => {
        const outcome = tools.signal?.aborted
          ? notChecked(application, { ...tools, detail: 'the run was ended before its turn' })
          : await checkApplication(application, tools);
        onOutcome(application, outcome);
      }),
    ),
  );
}
