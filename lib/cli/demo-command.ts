import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import stringWidth from 'string-width';
import type { CheckReport } from '../core/report/check-report.ts';
import type { RunReport } from '../core/report/run-report.ts';
import type { CliIo, Output } from './cli-io.ts';
import { type CommandContext, EXIT_STATUS, type ExitStatus, newCommand } from './command.ts';
import { renderDiagnosis, renderReport, renderTable, summaryLine } from './render-report.ts';
import { joinLines, proseWidth, type View, viewOf, wrapText } from './terminal-text.ts';

const CHECK_EVERY_MS = 10_000;

const INTRODUCTION =
  'This is a demo: a stand-in for a Kinde tenant runs on this machine, with a dozen applications, most of them failing, each differently. It works offline.';

const WHAT_NEXT = [
  'Next: `npx m2m-watch init` asks for one of your own applications, checks it, and writes its m2m-watch.yaml.',
  'docs/configuration.md explains every key of that file, docs/causes.md every cause.',
] as const;

/** `demo`: checks the applications of a stand-in on this machine, most of them failing. */
export function demoCommand({ io, endWith }: CommandContext): Command {
  return newCommand('demo', {
    description: 'check a dozen applications, most of them failing, at a stand-in on this machine',
    help: `\nWithout --once it checks every ${CHECK_EVERY_MS / 1000} seconds until Ctrl-C.\n`,
    examples: [
      ['demo', 'until Ctrl-C'],
      ['demo --once', 'once; needs no account and no network'],
    ],
  })
    .option(
      '--once',
      'check once, print every diagnosis, and exit (the default without a terminal)',
    )
    .action(async ({ once }: { readonly once?: boolean }) => {
      endWith(await demo({ io, isOnce: once === true || !io.stdout.isTerminal }));
    });
}

interface DemoRun {
  readonly io: CliIo;
  readonly isOnce: boolean;
  readonly everyMs?: number;
}

/** Runs the demo until it has checked once, or until Ctrl-C. */
export async function demo({ io, isOnce, everyMs = CHECK_EVERY_MS }: DemoRun): Promise<ExitStatus> {
  const interrupted = new AbortController();
  const { signal } = interrupted;
  const stopListening = io.onInterrupt(() => interrupted.abort());
  io.stdout.write(`${prose([INTRODUCTION], viewOf(io))}\n`);
  const company = await startCompany();
  const redraw = liveRegion(io.stdout);
  let last: RunReport | null = null;
  try {
    while (!signal.aborted) {
      const report = await company.check(signal);
      if (signal.aborted) break;
      const view = viewOf(io);
      if (isOnce) {
        io.stdout.write(`${renderReport(report, view)}\n${prose(WHAT_NEXT, view)}`);
        return EXIT_STATUS.ok;
      }
      const checked = `Checked at ${report.finishedAt.slice(11, 19)} UTC, and again every ${everyMs / 1000} s; stop with Ctrl-C.`;
      const table = liveTable(report, prose([...WHAT_NEXT, checked], view), io);
      redraw(newBlocks(report, last, view), table);
      last = report;
      await setTimeout(everyMs, undefined, { signal }).catch(() => {});
    }
    if (isOnce) return EXIT_STATUS.interrupted;
    io.stdout.write('\n');
    return EXIT_STATUS.ok;
  } finally {
    stopListening();
    await company.close();
  }
}

/** A stand-in with failing applications, and a check of all of them. */
async function startCompany(): Promise<{
  check(signal: AbortSignal): Promise<RunReport>;
  close(): Promise<void>;
}> {
  // Imported here, because the help of all commands does not need them.
  const [{ parseConfig }, { demoTenant }, { startStandin }, { checkNow }] = await Promise.all([
    import('../core/config/parse-config.ts'),
    import('../standin/demo-tenant.ts'),
    import('../standin/start-standin.ts'),
    import('../wiring/check.ts'),
  ]);
  const { tenant, api, configuration, environment } = demoTenant();
  const standin = await startStandin({ tenant, api });
  const parsed = parseConfig(configuration(standin));
  if (!parsed.ok) throw new Error('the configuration of the demo is invalid');
  const { value: config } = parsed;
  return {
    // The variables of the stand-in alone: nothing of the real environment is read.
    check: (signal) => checkNow({ config, baseDirectory: '.', environment, signal }),
    close: () => standin.close(),
  };
}

/** A block for each application whose status or cause changed since the last check. */
function newBlocks({ reports }: RunReport, last: RunReport | null, view: View): string {
  const stateOf = ({ status, diagnosis }: CheckReport) => `${status} ${diagnosis?.cause}`;
  const known = new Map(last?.reports.map((one) => [one.application, stateOf(one)]));
  return reports
    .filter((one) => known.get(one.application) !== stateOf(one))
    .map((one) => renderDiagnosis(one, view))
    .filter(Boolean)
    .map((block) => `${block}\n`)
    .join('');
}

/** The table and what stands below it; without the fixes if it would be higher than the terminal. */
function liveTable(report: RunReport, below: string, io: CliIo): string {
  const draw = (reports: RunReport['reports']) =>
    `${renderTable(reports, viewOf(io))}\n${summaryLine(report)}\n\n${below}`;
  const whole = draw(report.reports);
  if (whole.split('\n').length <= (io.stdout.rows ?? 0)) return whole;
  return draw(
    report.reports.map((one) =>
      one.diagnosis === null ? one : { ...one, diagnosis: { ...one.diagnosis, fix: [] } },
    ),
  );
}

function prose(paragraphs: readonly string[], view: View): string {
  return joinLines(paragraphs.flatMap((text) => wrapText(text, proseWidth(view))));
}

/**
 * Redraws the last lines of a terminal, without clearing what the reader has above them.
 *
 * The function that it returns replaces these lines; `above` is printed once, before them, and stays. A
 * region that is higher than the terminal is out of reach, so the new one is printed below it.
 */
export function liveRegion(output: Output): (above: string, lines: string) => void {
  let drawn: readonly string[] = [];
  // A window that became narrower has wrapped lines.
  const heightOf = (line: string) =>
    Math.max(1, Math.ceil(stringWidth(line) / (output.columns ?? Number.POSITIVE_INFINITY)));
  return (above, lines) => {
    const height = drawn.reduce((sum, line) => sum + heightOf(line), 0);
    const isReachable = height > 0 && height < (output.rows ?? 0);
    output.write(isReachable ? `\u001b[${height}A\r\u001b[J` : '');
    output.write(above + lines);
    drawn = lines.split('\n').slice(0, -1);
  };
}
