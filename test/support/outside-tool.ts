/** The tools that do not come from npm: `npm run test:tools` needs them, `npm test` does not. */
import { spawnSync } from 'node:child_process';

const HOW_TO_GET = {
  'cfn-lint': 'python3 -m pip install cfn-lint',
  promtool: 'apt-get install prometheus (Debian, Ubuntu), or take it from a Prometheus release',
  script: 'apt-get install bsdutils (Debian, Ubuntu), or install util-linux; Linux only',
} as const;

/**
 * Runs a tool to its end; the output is that of both streams.
 *
 * @throws Error if the tool is not installed, with how to get it.
 */
export function runTool(
  tool: keyof typeof HOW_TO_GET,
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly output: string } {
  const { error, status, stdout, stderr } = spawnSync(tool, args, { input, encoding: 'utf8' });
  if (error !== undefined) {
    throw new Error(`${tool} is not installed. To get it: ${HOW_TO_GET[tool]}`, { cause: error });
  }
  return { status, output: stdout + stderr };
}
