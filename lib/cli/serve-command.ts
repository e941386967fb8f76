import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import {
  StateOutOfReachError,
  StateTakenError,
  StateUnreadableError,
} from '../check/monitor-error.ts';
import { causeDefinition } from '../core/causes/causes.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import type { ServeTiming } from '../wiring/serve.ts';
import type { ServeEvent } from '../wiring/serve-events.ts';
import type { CliIo } from './cli-io.ts';
import { type CommandContext, withExamples } from './command.ts';
import { EXIT_STATUS, type ExitStatus, UsageError } from './exit-status.ts';
import { DEFAULT_CONFIG_FILE, loadConfig, openEnvironment } from './load-config.ts';

interface ServeOptions {
  readonly config?: string;
  readonly state?: string;
}

/** The state file where none is named, beside the configuration. */
export const DEFAULT_STATE_FILE = 'm2m-watch.sqlite';

/** Makes the time of the schedule pass faster, for tests alone: JSON of a {@link ServeTiming}. */
const TIMING_VARIABLE = 'M2M_WATCH_TEST_TIMING';

const STATUS_HELP = `
It ends with Ctrl-C or SIGTERM: what runs is finished and recorded. A second Ctrl-C ends
it at once and loses nothing either: the next start takes up where it stopped.`;

/** `serve`: runs the schedule in this process, on a SQLite file. */
export function serveCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('serve')
    .description('run the schedule here, until Ctrl-C, and send notices')
    .option('-c, --config <FILE>', `the configuration (default: ${DEFAULT_CONFIG_FILE} here)`)
    .option(
      '-s, --state <FILE>',
      `what is kept between runs (default: ${DEFAULT_STATE_FILE} beside the configuration)`,
    )
    .addHelpText('after', STATUS_HELP)
    .action(async (options: ServeOptions) => endWith(await runServe(options, io)));
  return withExamples(command, [
    ['serve', `what ${DEFAULT_CONFIG_FILE} says`],
    ['serve --config staging.yaml --state /var/lib/m2m-watch/staging.sqlite', 'another place'],
  ]);
}

async function runServe(options: ServeOptions, io: CliIo): Promise<ExitStatus> {
  if (options.state === '') throw new UsageError('--state was given an empty name: name a file');
  const { config, baseDirectory } = await loadConfig(options.config, io);
  const environment = await openEnvironment(baseDirectory, io);
  const statePath =
    options.state === undefined
      ? join(baseDirectory, DEFAULT_STATE_FILE)
      : resolve(io.cwd, options.state);
  if (statSync(statePath, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new UsageError(`${statePath} is a folder: name a file in it with --state`);
  }
  // Loaded here, so that help and mistakes are answered without what the schedule needs.
  const { serve } = await import('../wiring/serve.ts');
  const ended = new AbortController();
  const say = (line: string) => io.stderr.write(`m2m-watch: ${line}\n`);
  const stopListening = io.onEnd(() => {
    say('ending when what runs is done; Ctrl-C again ends at once');
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
        if (line !== null) say(`${new Date().toISOString().slice(0, 19)}Z ${escapeTerminal(line)}`);
      },
      ...testTiming(io.environment),
    });
    say('ended');
    return EXIT_STATUS.ok;
  } catch (fault) {
    const stateFaults = [StateOutOfReachError, StateTakenError, StateUnreadableError];
    if (fault instanceof Error && stateFaults.some((kind) => fault instanceof kind)) {
      throw new UsageError(fault.message);
    }
    throw fault;
  } finally {
    stopListening();
  }
}

function testTiming(environment: CliIo['environment']): { readonly timing?: Partial<ServeTiming> } {
  const text = environment[TIMING_VARIABLE];
  return text === undefined ? {} : { timing: JSON.parse(text) };
}

const THE = { run: 'the run', delivery: 'the delivery of notices' } as const;

/** What an event of the schedule is told as, in one line; null where it is not worth one. */
export function serveLine(event: ServeEvent): string | null {
  switch (event.kind) {
    case 'started':
      return startedLine(event);
    case 'run': {
      const { applications, healthy, degraded, unhealthy, undetermined } = event.summary;
      const counts = [
        [healthy, 'healthy'],
        [degraded, 'degraded'],
        [unhealthy, 'unhealthy'],
        [undetermined, 'undetermined'],
      ] as const;
      const parts = counts.filter(([count]) => count > 0).map((pair) => pair.join(' '));
      return `checked ${applications}: ${parts.join(', ')}`;
    }
    case 'notice':
      return `${event.isAlarming ? 'ALARM' : 'notice'} ${event.subject}`;
    case 'without-notice': {
      return `no notice: ${changeWords(event.change)}`;
    }
    case 'delivery': {
      const { kind, channel, subject, detail, attempts, nextTryAtMs } = event.event;
      if (kind === 'accepted') {
        return attempts === 1 ? null : `${channel} took "${subject}" at attempt ${attempts}`;
      }
      // Each doubling of the attempts is told, and not each attempt.
      if (kind === 'postponed' && (attempts & (attempts - 1)) !== 0) return null;
      const next =
        nextTryAtMs === null
          ? 'it is let go'
          : `again at ${new Date(nextTryAtMs).toISOString().slice(11, 19)}Z`;
      return `${channel} did not take "${subject}": ${detail}; ${next}`;
    }
    case 'fault': {
      const { during, detail, times } = event;
      // Each doubling is told, and not each time.
      if ((times & (times - 1)) !== 0) return null;
      const often = times === 1 ? '' : ` ${times} times in a row`;
      return `${THE[during]} failed${often} and is tried again at the next tick: ${detail}`;
    }
    case 'mended': {
      const { during, times } = event;
      return `${THE[during]} works again, after it failed ${times === 1 ? 'once' : `${times} times`}`;
    }
  }
}

function changeWords({ incidentId, event }: IncidentChange): string {
  switch (event.kind) {
    case 'joined':
      return `${event.application} joined ${incidentId} (${causeDefinition(event.cause).short})`;
    case 'left':
      return `${event.application} left ${incidentId} (${event.why})`;
    case 'no-data':
      return `${event.application} has no data in ${incidentId}`;
    case 'cause':
      return `${incidentId} is ${causeDefinition(event.to).short} now, and was ${causeDefinition(event.from).short}`;
    case 'opened':
    case 'reopened':
      return `${incidentId} ${event.kind} (${causeDefinition(event.cause).short})`;
    case 'closed':
      return `${incidentId} closed (${event.why})`;
  }
}

function startedLine({
  applications,
  channels,
  unavailable,
}: Extract<ServeEvent, { readonly kind: 'started' }>): string {
  const through = channels.length === 0 ? 'no channel but these lines' : channels.join(', ');
  const missing = unavailable.map((name) => `; ${name} works in a deployment on AWS only`).join('');
  const noun = applications === 1 ? 'application' : 'applications';
  return `watching ${applications} ${noun}; notices go to ${through}${missing}`;
}
