import { Command } from 'commander';
import type { RunReport } from '../core/report/run-report.ts';
import type { CliIo, Output } from './cli-io.ts';
import { type CommandContext, withExamples } from './command.ts';
import { EXIT_STATUS, type ExitStatus } from './exit-status.ts';
import { renderDiagnosis } from './render-diagnosis.ts';
import { renderReport, renderTable, summaryLine } from './render-report.ts';
import { textWidth, type View, viewOf, wrapText } from './terminal-text.ts';

const CHECK_EVERY_MS = 10_000;

const INTRODUCTION =
  'This is a demonstration: a stand-in for a Kinde tenant runs on this machine, with a dozen applications, to most of which something has happened. Nothing leaves this machine.';

const WHAT_NEXT = [
  'Next: `npx m2m-watch init` asks for an application of your own, checks it, and writes its m2m-watch.yaml.',
  'docs/configuration.md explains every key of that file, docs/causes.md every cause.',
] as const;

/** `demo`: checks the applications of a stand-in on this machine, most of them broken. */
export function demoCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('demo')
    .description('check a dozen applications, most of them broken, at a stand-in on this machine')
    .option('--once', 'check once, and end with 0 (also where there is no terminal)')
    .addHelpText('after', '\nWithout --once it checks every 10 seconds until Ctrl-C.')
    .action(async ({ once }: { readonly once?: boolean }) => {
      endWith(await demo({ io, isOnce: once === true || !io.stdout.isTerminal }));
    });
  return withExamples(command, [
    ['demo', 'until Ctrl-C'],
    ['demo --once', 'once: needs no account and no network'],
  ]);
}

/** Runs the demo until it has checked once, or until Ctrl-C. */
export async function demo({
  io,
  isOnce,
  everyMs = CHECK_EVERY_MS,
}: {
  readonly io: CliIo;
  readonly isOnce: boolean;
  readonly everyMs?: number;
}): Promise<ExitStatus> {
  const interrupted = new AbortController();
  const stopListening = io.onInterrupt(() => interrupted.abort());
  io.stdout.write(`${prose([INTRODUCTION], viewOf(io))}\n`);
  const company = await startCompany();
  try {
    if (isOnce) {
      const report = await company.check(interrupted.signal);
      if (interrupted.signal.aborted) return EXIT_STATUS.interrupted;
      io.stdout.write(`${renderReport(report, viewOf(io))}\n${prose(WHAT_NEXT, viewOf(io))}`);
      return EXIT_STATUS.ok;
    }
    await repeat({ io, everyMs, check: company.check, signal: interrupted.signal });
    io.stdout.write('\n');
    return EXIT_STATUS.ok;
  } finally {
    stopListening();
    await company.close();
  }
}

interface Company {
  check(signal: AbortSignal): Promise<RunReport>;
  close(): Promise<void>;
}

/** The stand-in with its broken applications, and a check of all of them as their owner configured them. */
async function startCompany(): Promise<Company> {
  // Loaded here, so that the help of all commands does without them.
  const [{ parseConfig }, { demoTenant }, { startStandin }, { checkNow }] = await Promise.all([
    import('../core/config/parse-config.ts'),
    import('../standin/demo-tenant.ts'),
    import('../standin/start-standin.ts'),
    import('../wiring/check.ts'),
  ]);
  const { tenant, api, configuration, environment } = demoTenant();
  const standin = await startStandin({ tenant, api });
  const parsed = parseConfig(configuration(standin));
  if (!parsed.ok) {
    await standin.close();
    throw new Error('the configuration of the demonstration is invalid');
  }
  const { value: config } = parsed;
  return {
    // The variables of the stand-in alone: nothing of the real environment is read.
    check: (signal) => checkNow({ config, baseDirectory: '.', environment, signal }),
    close: () => standin.close(),
  };
}

async function repeat({
  io,
  everyMs,
  check,
  signal,
}: {
  readonly io: CliIo;
  readonly everyMs: number;
  readonly check: Company['check'];
  readonly signal: AbortSignal;
}): Promise<void> {
  const region = liveRegion(io.stdout);
  let known = new Map<string, string>();
  for (;;) {
    const report = await check(signal);
    if (signal.aborted) return;
    const view = viewOf(io);
    const news = report.reports.filter((one) => known.get(one.application) !== stateOf(one));
    known = new Map(report.reports.map((one) => [one.application, stateOf(one)]));
    const blocks = news.map((one) => renderDiagnosis(one, view)).filter(Boolean);
    const time = report.finishedAt.slice(11, 19);
    const below = prose(
      [...WHAT_NEXT, `Checked at ${time} UTC, again every ${everyMs / 1000} s; Ctrl-C ends.`],
      view,
    );
    const drawn = (reports: RunReport['reports']) =>
      `${renderTable(reports, view)}\n${summaryLine(report)}\n\n${below}`;
    const whole = drawn(report.reports);
    const fits = whole.split('\n').length <= (io.stdout.rows ?? 0);
    region.draw({
      above: blocks.map((block) => `${block}\n`).join(''),
      lines: fits ? whole : drawn(report.reports.map(withoutFix)),
    });
    await waitFor(everyMs, signal);
    if (signal.aborted) return;
  }
}

function prose(paragraphs: readonly string[], { width }: View): string {
  const lines = paragraphs.flatMap((text) => wrapText(text, { width: Math.min(width, 110) }));
  return lines.map((line) => `${line}\n`).join('');
}

/** One line in the table; the steps stand in the block above it. */
function withoutFix(report: RunReport['reports'][number]): RunReport['reports'][number] {
  const { diagnosis } = report;
  return diagnosis === null ? report : { ...report, diagnosis: { ...diagnosis, fix: [] } };
}

/** What has to change for an application to be told of again. */
function stateOf({ status, diagnosis }: RunReport['reports'][number]): string {
  return `${status} ${diagnosis?.cause}`;
}

function waitFor(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
}

/** The last lines of a terminal, drawn again in place; what stands above them scrolls as usual. */
export interface LiveRegion {
  /** Replaces the region; `above` is printed before it, once, and stays. */
  draw(region: { readonly above: string; readonly lines: string }): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the styles that our own lines carry
const STYLES = /\u001b\[\d+m/g;

/**
 * Draws in the terminal's last lines, without clearing what the reader has above.
 *
 * A region higher than the terminal cannot be drawn over, so it is printed anew below.
 */
export function liveRegion(output: Output): LiveRegion {
  let drawn: readonly string[] = [];
  return {
    draw: ({ above, lines }) => {
      const height = heightOf(drawn, output.columns);
      const isReachable = height > 0 && height < (output.rows ?? 0);
      output.write(isReachable ? `\u001b[${height}A\r\u001b[J` : '');
      output.write(above + lines);
      drawn = lines.split('\n').slice(0, -1);
    },
  };
}

/** A window that became narrower since has broken lines in two. */
function heightOf(lines: readonly string[], columns: number | null): number {
  return lines.reduce((sum, line) => {
    const width = textWidth(line.replace(STYLES, ''));
    return sum + (columns === null ? 1 : Math.max(1, Math.ceil(width / columns)));
  }, 0);
}
