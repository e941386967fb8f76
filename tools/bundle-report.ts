// `npm run bundle:report`: lists the packages in the deployed code of each function, by size.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundleFunctions, entriesWith, functionFile } from '../lib/constructs/function-code.ts';

/** Smaller packages are counted together. */
const SMALL_BYTES = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'm2m-watch-report-'));
try {
  const reports = (['check', 'notify'] as const).map((entry) => {
    const entries = entriesWith(entry);
    return bundleReport(entries.join(', '), bundleFunctions(entries.map(functionFile), folder));
  });
  process.stdout.write(reports.join('\n'));
} finally {
  rmSync(folder, { recursive: true });
}

function bundleReport(name: string, { outputs }: Metafile): string {
  const modules = Object.values(outputs).filter(({ inputs }) => Object.keys(inputs).length > 0);
  const byPackage = new Map<string, number>();
  for (const { inputs } of modules) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const of = packageOf(path);
      byPackage.set(of, (byPackage.get(of) ?? 0) + bytesInOutput);
    }
  }
  const total = modules.reduce((sum, { bytes }) => sum + bytes, 0);
  const atStart = bytesAtStart(outputs);
  const large = [...byPackage].filter(([, bytes]) => bytes >= SMALL_BYTES);
  const small = total - large.reduce((sum, [, bytes]) => sum + bytes, 0);
  const rows = [...large.toSorted(([, one], [, other]) => other - one), ['others', small] as const];
  return [
    `${name}: ${kilobytes(total)} minified, of which ${kilobytes(atStart)} are loaded at the start`,
    ...rows.map(([of, bytes]) => `  ${kilobytes(bytes).padStart(7)}  ${of}`),
    '',
  ].join('\n');
}

/** The size of the first handler and of everything that it imports statically. */
function bytesAtStart(outputs: Metafile['outputs']): number {
  const [first] = Object.entries(outputs).filter(([, { entryPoint }]) => isHandler(entryPoint));
  const reached = new Set<string>();
  const reach = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const each of outputs[path]?.imports ?? []) {
      if (each.kind === 'import-statement' && each.external !== true) reach(each.path);
    }
  };
  if (first !== undefined) reach(first[0]);
  return [...reached].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}

function isHandler(entryPoint: string | undefined): boolean {
  return entryPoint?.startsWith('functions/') ?? false;
}

function packageOf(path: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  return name ?? 'm2m-watch';
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
