import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { measureCommandStart } from './command-start.ts';
import { measureFunctionStart } from './function-start.ts';
import { measureHangingProvider } from './hanging-provider.ts';
import { measureMemory } from './memory.ts';
import { ROUNDS, renderSection, type Section } from './section.ts';
import { measureThroughput } from './throughput.ts';

/** `npm run bench`: measures the targets of speed, and writes docs/benchmarks.md. */
const MEASURES: readonly ((origin: string) => Promise<Section>)[] = [
  measureThroughput,
  measureMemory,
  measureHangingProvider,
  measureCommandStart,
  measureFunctionStart,
];

const server = spawn(process.execPath, [join(import.meta.dirname, 'token-server.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [origin] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  const sections: string[] = [];
  for (const measure of MEASURES) {
    const section = renderSection(await measure(origin));
    process.stdout.write(`${section}\n`);
    sections.push(section);
  }
  await writeFile('docs/benchmarks.md', page(sections));
  process.stdout.write('written to docs/benchmarks.md\n');
} finally {
  server.kill();
}

function page(sections: readonly string[]): string {
  const [cpu] = cpus();
  const gib = (totalmem() / 2 ** 30).toFixed(0);
  const machine = `${cpus().length} × ${cpu?.model ?? 'unknown processor'}, ${gib} GiB, Node ${process.version}, ${process.platform}`;
  return `# Benchmarks

Written by \`npm run bench\`. ${ROUNDS} rounds, those that are compared taking turns; each run is a process of its own, and so is the provider, on loopback, with its tokens signed beforehand. Machines are noisy: compare the figures within one page, not between pages.

Machine: ${machine}.

${sections.join('\n')}`;
}
