import { join } from 'node:path';
import type { Command } from 'commander';
import { MonitorError } from '../check/monitor-error.ts';
import { type CauseId, causeDefinition } from '../core/causes/causes.ts';
import { CHECK_STATUSES } from '../core/causes/terms.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import type { ServeTiming } from '../wiring/serve.ts';
import type { ServeEvent } from '../wiring/serve-events.ts';
import { type CliIo, say } from './cli-io.ts';
import {
  CONFIG_OPTION,
  type CommandContext,
  DEFAULT_CONFIG_FILE,
  EXIT_STATUS,
  type ExitStatus,
  newCommand,
  UsageError,
} from './command.ts';
import { loadConfig, namedStateFile, openEnvironment, STATE_VARIABLE } from './load-config.ts';

interface ServeOptions {
  readonly config?: string;
  readonly state?: string;
}

/** The state file if none is named, next to the configuration. */
const DEFAULT_STATE_FILE = 'm2m-watch.sqlite';

/** Lets the time of the schedule pass faster, for tests alone: JSON of a {@link ServeTiming}. */
const TIMING_VARIABLE = 'M2M_WATCH_TEST_TIMING';

const HELP = `
Stop it with Ctrl-C or SIGTERM: running checks finish and are recorded. A second Ctrl-C
stops it at once, and still loses nothing: the next start continues from there.
`;

/** `serve`: runs the schedule in this process, with a SQLite file. */
export function serveCommand({ io, endWith }: CommandContext): Command {
  return newCommand('serve', {
    description: 'run the schedule on this machine until Ctrl-C, and send notices',
    help: HELP,
    examples: [
      ['serve', `runs the schedule of ${DEFAULT_CONFIG_FILE}`],
      ['serve --config staging.yaml --state /var/lib/m2m-watch/staging.sqlite', 'other files'],
    ],
  })
    .option(...CONFIG_OPTION)
    .option(
      '-s, --state <FILE>',
      `what is kept between runs (default: the variable ${STATE_VARIABLE}, else ${DEFAULT_STATE_FILE} next to the configuration)`,
    )
    .action(async (options: ServeOptions) => endWith(await runServe(options, io)));
}

async function runServe(options: ServeOptions, io: CliIo): Promise<ExitStatus> {
  const named = namedStateFile(options.state, io);
  const { config, baseDirectory } = await loadConfig(options.config, io);
  const statePath = named ?? join(baseDirectory, DEFAULT_STATE_FILE);
  const environment = await openEnvironment(baseDirectory, io);
  // Imported here, because help and usage errors do not need what the schedule needs.
  const { serve } = await import('../wiring/serve.ts');
  const ended = new AbortController();
  const stopListening = io.onEnd(() => {
    say(io, 'stopping once the running checks are done; press Ctrl-C again to exit at once');
    ended.abort();
  });
  try {
    await serve({
      config,
      baseDirectory,
      environment,
      statePath,
      ending: ended.signal,
      onEvent: (event: ServeEvent) => {
        const line = serveLine(event);
        if (line !== null) say(io, `${new Date().toISOString().slice(0, 19)}Z ${line}`);
      },
      ...testTiming(io.environment),
    });
    say(io, 'stopped');
    return EXIT_STATUS.ok;
  } catch (error) {
    const isAboutState = error instanceof MonitorError && error.code.startsWith('STATE_');
    throw isAboutState ? new UsageError(error.message) : error;
  } finally {
    stopListening();
  }
}

function testTiming(environment: CliIo['environment']): { readonly timing?: Partial<ServeTiming> } {
  const text = environment[TIMING_VARIABLE];
  return text === undefined ? {} : { timing: JSON.parse(text) };
}

const LOOP_NAMES = { run: 'the run', delivery: 'the delivery of notices' } as const;

/** An event of the schedule in one line; null if it needs none. */
export function serveLine(event: ServeEvent): string | null {
  switch (event.kind) {
    case 'started':
      return startedLine(event);
    case 'run': {
      const { summary } = event;
      const counts = CHECK_STATUSES.filter((status) => summary[status] > 0);
      const parts = counts.map((status) => `${summary[status]} ${status}`);
      return `checked ${summary.applications}: ${parts.join(', ')}`;
    }
    case 'notice':
      return `${event.isAlarming ? 'ALARM' : 'notice'} ${event.subject}`;
    case 'without-notice':
      return `no notice: ${changeWords(event.change)}`;
    case 'delivery':
      return deliveryLine(event.event);
    case 'state':
      return event.problem === null
        ? 'the state file is used again, and holds what happened meanwhile'
        : `the state is kept in memory for now, and notices may be repeated: ${event.problem}`;
    case 'state-loss':
      return `a part of the state is lost: ${event.what}`;
    case 'no-fingerprints':
      return `credentials are not compared with those accepted before: ${event.detail}`;
    case 'fault': {
      const { during, detail, times } = event;
      if (!isPowerOfTwo(times)) return null;
      const often = times === 1 ? '' : ` ${times} consecutive times`;
      return `${LOOP_NAMES[during]} failed${often} and is retried at the next tick: ${detail}`;
    }
    case 'recovered': {
      const { during, times } = event;
      const often = times === 1 ? 'once' : `${times} times`;
      return `${LOOP_NAMES[during]} works again, after it failed ${often}`;
    }
  }
}

function startedLine({
  applications,
  channels,
  unavailable,
}: Extract<ServeEvent, { readonly kind: 'started' }>): string {
  const to = channels.length === 0 ? 'this output only' : channels.join(', ');
  const missing = unavailable.map((name) => `; ${name} works only when deployed on AWS`).join('');
  const noun = applications === 1 ? 'application' : 'applications';
  return `watching ${applications} ${noun}; notices go to ${to}${missing}`;
}

function deliveryLine({
  kind,
  channel,
  subject,
  detail,
  attempts,
  nextTryAtMs,
}: Extract<ServeEvent, { readonly kind: 'delivery' }>['event']): string | null {
  if (kind === 'accepted') {
    return attempts === 1 ? null : `${channel} accepted "${subject}" at attempt ${attempts}`;
  }
  if (kind === 'postponed' && !isPowerOfTwo(attempts)) return null;
  const next =
    nextTryAtMs === null
      ? 'dropped'
      : `retried at ${new Date(nextTryAtMs).toISOString().slice(11, 19)}Z`;
  return `${channel} did not accept "${subject}": ${detail}; ${next}`;
}

/** What repeats is reported at the 1st, 2nd, 4th, 8th … time. */
function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}

function changeWords({ incidentId, event }: IncidentChange): string {
  const short = (cause: CauseId) => causeDefinition(cause).short;
  switch (event.kind) {
    case 'joined':
      return `${event.application} joined ${incidentId} (${short(event.cause)})`;
    case 'left':
      return `${event.application} left ${incidentId} (${event.why})`;
    case 'no-data':
      return `${event.application} has no data in ${incidentId}`;
    case 'cause':
      return `the cause of ${incidentId} is now ${short(event.to)}, and was ${short(event.from)}`;
    case 'opened':
    case 'reopened':
      return `${incidentId} ${event.kind} (${short(event.cause)})`;
    case 'closed':
      return `${incidentId} closed (${event.why})`;
  }
}
