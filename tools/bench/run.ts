// `npm run bench`: measures the speed targets and writes docs/benchmarks.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { measureHangingProvider, measureMemory, measureThroughput } from './pipeline-measures.ts';
import { ROUNDS, renderSection, type Section } from './section.ts';
import { measureCommandStart, measureFunctionStart } from './start-measures.ts';

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

\`npm run bench\` writes this page. It takes ${ROUNDS} rounds and measures what it compares in turns. Each run is a process of its own. So is the provider, which listens on loopback and signs its tokens beforehand. Machines are noisy: compare figures within one page, not between pages.

Machine: ${machine}.

${sections.join('\n')}`;
}
